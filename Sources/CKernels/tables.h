// What the three instruction sets share: headers, and the declarations of their tables.
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
