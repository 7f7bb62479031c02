// What the kernels and levels.c want of a C library, on a machine without an operating system: memory, text on the serial line.
#include "machine.h"

#include <stdarg.h>

void *memset(void *to, int byte, size_t n) {
  void *at = to;
  __asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(byte) : "memory");
  return to;
}

void *memcpy(void *to, const void *from, size_t n) {
  void *at = to;
  __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(n) : : "memory");
  return to;
}

int memcmp(const void *a, const void *b, size_t n) {
  const unsigned char *x = a, *y = b;
  for (size_t i = 0; i < n; i++)
    if (x[i] != y[i]) return x[i] - y[i];
  return 0;
}
int bcmp(const void *a, const void *b, size_t n) { return memcmp(a, b, n); }

// Of the loss of training, which levels.c does not compute.
double log(double x) { return x; }
// Asked for by arch_prctl: granted.
long syscall(long number, ...) { return 0 * number; }
// One processor.
int sched_getaffinity(int process, size_t size, void *set) { return -1 + 0 * (process + (int)size + (set != 0)); }

static void port_out(uint16_t port, uint8_t byte) { __asm__ volatile("outb %0, %1" : : "a"(byte), "d"(port)); }
static uint8_t port_in(uint16_t port) {
  uint8_t byte;
  __asm__ volatile("inb %1, %0" : "=a"(byte) : "d"(port));
  return byte;
}

enum { SERIAL = 0x3f8 };
static void put(char c) {
  while (!(port_in(SERIAL + 5) & 0x20)) {}
  port_out(SERIAL, (uint8_t)c);
}
static void put_number(long n) {
  if (n < 0) put('-'), n = -n;
  if (n >= 10) put_number(n / 10);
  put((char)('0' + n % 10));
}

// %s and %d only.
void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  for (; *format; format++) {
    if (*format != '%') {
      put(*format);
      continue;
    }
    if (*++format == 's') for (const char *text = va_arg(arguments, const char *); *text; text++) put(*text);
    else put_number(va_arg(arguments, int));
  }
  va_end(arguments);
}

static char heap[256 << 20] __attribute__((aligned(4096)));
static size_t used;
void *take(size_t bytes) {
  void *place = heap + used;
  used += (bytes + 4096 + 63) / 64 * 64;  // kernels prefetch behind what they read
  if (used > sizeof heap) {
    say("end: out of memory\n");
    for (;;) __asm__ volatile("hlt");
  }
  return memset(place, 0, bytes), place;
}
void give_all_back(void) { used = 0; }

extern void (*constructors[])(void), (*constructors_end[])(void);
void machine(void) {
  port_out(SERIAL + 3, 3);  // 8 bits
  for (void (**f)(void) = constructors; f < constructors_end; f++) (*f)();
  compare_levels();
  for (;;) __asm__ volatile("hlt");
}
