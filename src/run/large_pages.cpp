#include "noteload/run/large_pages.hpp"

#include <sys/mman.h>

#include <new>

namespace noteload::run {

void* allocate_in_large_pages(std::size_t bytes) {
    constexpr std::size_t page = std::size_t{2} << 20;
    const bool is_large = bytes >= page;
    void* const memory =
        is_large ? std::aligned_alloc(page, (bytes + page - 1) / page * page) : std::malloc(bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    if (is_large) {
        ::madvise(memory, bytes, MADV_HUGEPAGE); // a hint: some systems have none
    }
    return memory;
}

} // namespace noteload::run
