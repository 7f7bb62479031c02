// The operations for any processor: 4 lanes, multiply and add rounded separately.
#include "tables.h"
#define WN_TABLE wn_table_portable
#define WN_LANES 4
#define WN_FMA 0
#define WN_MR(nv) ((nv) == 2 ? 4 : 8)
#define WN_STEPS 1
#include "int8_dot_portable.inc"
#include "table.inc"
