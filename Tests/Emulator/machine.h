// The machine of machine.c, and what runs on it.
#pragma once
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memset(void *to, int byte, size_t n);

void say(const char *format, ...);
// Zeros, on a 64-byte boundary.
void *take(size_t bytes);
void give_all_back(void);

// levels.c
void compare_levels(void);
