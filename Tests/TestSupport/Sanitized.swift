// Whether a sanitizer watches this process, which then has its own allocation functions, is several times slower and
// reserves terabytes of addresses: what counts allocations or limits memory has nothing to say there.
import Glibc

package let isSanitized = ["__asan_init", "__tsan_init"].contains { dlsym(nil, $0) != nil }
