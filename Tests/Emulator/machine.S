# From where GRUB leaves a processor (Multiboot2: 32 bits, no paging) to C: the lowest GB where it is, 64-bit mode, all vector and
# tile registers that there are.
.section .multiboot, "a"
.align 8
header:
  .long 0xe85250d6, 0, header_end - header, -(0xe85250d6 + (header_end - header))
  .word 0, 0
  .long 8
header_end:

.section .bss
.align 4096
level4: .skip 4096
level3: .skip 4096
level2: .skip 4096
  .skip 1 << 20
stack:

.section .text
.code32
.globl _start
_start:
  cli
  mov $stack, %esp
  mov $level3 + 3, %eax
  mov %eax, level4
  mov $level2 + 3, %eax
  mov %eax, level3
  mov $level2, %edi
  mov $0x83, %eax       # present, writable, of 2 MB
  mov $512, %ecx
1:
  mov %eax, (%edi)
  movl $0, 4(%edi)
  add $0x200000, %eax
  add $8, %edi
  loop 1b
  mov $level4, %eax
  mov %eax, %cr3
  mov %cr4, %eax
  or $0x40620, %eax     # physical addresses beyond 32 bits, SSE and its exceptions, XSAVE
  mov %eax, %cr4
  mov $0xc0000080, %ecx # EFER: long mode
  rdmsr
  or $0x100, %eax
  wrmsr
  mov %cr0, %eax
  or $0x80000002, %eax  # paging; a coprocessor, not emulated
  and $~0xc, %eax
  mov %eax, %cr0
  lgdt descriptors_at
  ljmp $8, $in_64_bits

.align 8
descriptors:
  .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
descriptors_at:
  .word 23
  .long descriptors

.code64
in_64_bits:
  mov $16, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov $stack, %rsp
  mov $0xd, %eax        # the states that the processor has ...
  xor %ecx, %ecx
  cpuid
  and $0x600e7, %eax    # ... of x87, SSE, AVX, AVX-512 and AMX
  xor %ecx, %ecx
  xor %edx, %edx
  xsetbv
  fninit
  mov $thread_end, %rax # FS: what is a thread's own lies below it, and it points to itself
  mov %rax, (%rax)
  mov %rax, %rdx
  shr $32, %rdx
  mov $0xc0000100, %ecx
  wrmsr
  call machine
2:
  hlt
  jmp 2b

.section .note.GNU-stack, "", @progbits
