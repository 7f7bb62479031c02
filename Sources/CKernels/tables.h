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

// Products of instruction set extensions, which replace those of a table. Arguments: see CKernels.h.
wn_encode wn_encode_i8_vnni, wn_encode_i8_avxvnni, wn_encode_bf16_dot;
wn_product wn_product_i8_vnni, wn_product_i8_avxvnni, wn_product_bf16_dot;
