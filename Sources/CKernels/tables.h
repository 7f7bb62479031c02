// What the instruction sets share: headers, and the declarations of their tables and extensions.
#pragma once
#include <math.h>
#include <string.h>

#include "CKernels.h"

#if defined(__x86_64__)
#define WN_X86 1
#else
#define WN_X86 0
#endif

extern const wn_kernels wn_table_portable, wn_table_avx2, wn_table_avx512;

// What extensions of an instruction set put in the place of a table's.
extern const wn_precision wn_precision_int8_vnni, wn_precision_int8_avxvnni, wn_precision_bf16_dot;
wn_gemm_bf16 wn_gemm_bf16_dot;
wn_round_rows wn_round_rows_instruction;

#if WN_X86
// Put the products of a tile unit in the place of a table's, see tiles.inc.
void wn_take_amx(wn_kernels *table);
void wn_take_emulated_amx(wn_kernels *table);
void wn_configure_amx(void);  // before a thread's first tile
int wn_amx_is_granted(void);
int wn_amx_works(const wn_kernels *amx, const wn_kernels *twin);
#endif
