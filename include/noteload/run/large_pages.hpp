#pragma once

#include <cstddef>
#include <cstdlib>

namespace noteload::run {

/// Memory from the heap, from 2 MiB on in the system's large pages where it has any to give.
[[nodiscard]] void* allocate_in_large_pages(std::size_t bytes);

/// For tables that are looked into all over: with small pages most looks miss the processor's list
/// of pages, too.
template <class T>
struct large_pages {
    using value_type = T;

    large_pages() = default;
    template <class U>
    explicit large_pages(const large_pages<U>& /*other*/) noexcept {}

    [[nodiscard]] T* allocate(std::size_t n) {
        return static_cast<T*>(allocate_in_large_pages(n * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t /*n*/) noexcept { std::free(memory); }

    friend bool operator==(const large_pages&, const large_pages&) { return true; }
};

} // namespace noteload::run
