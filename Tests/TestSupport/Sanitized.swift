// Whether a sanitizer watches this process, which then has its own allocation functions, is several times slower and
// reserves terabytes of addresses: what counts allocations or limits memory has nothing to say there.
import Glibc

package let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
