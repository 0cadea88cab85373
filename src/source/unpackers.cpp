#include "unpackers.hpp"

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>

namespace noteload::source {

namespace {

/// zlib and bzip2 count in 32 bits.
unsigned clamped(std::size_t size) {
    return static_cast<unsigned>(
        std::min<std::size_t>(size, std::numeric_limits<unsigned>::max() / 2));
}

class gzip_unpacker final : public unpacker {
public:
    ~gzip_unpacker() override { end(); }

    bool restart() override {
        constexpr int gzip_alone = 15 + 16;
        end();
        z_ = {};
        return open_ = ::inflateInit2(&z_, gzip_alone) == Z_OK;
    }

    step unpack(const char* in, std::size_t in_size, char* out, std::size_t out_size) override {
        const unsigned in_now = clamped(in_size);
        const unsigned out_now = clamped(out_size);
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in)); // zlib does not write to it
        z_.avail_in = in_now;
        z_.next_out = reinterpret_cast<Bytef*>(out);
        z_.avail_out = out_now;
        const int said = ::inflate(&z_, Z_NO_FLUSH);
        const bool going = said == Z_OK || said == Z_BUF_ERROR;
        return {in_now - z_.avail_in, out_now - z_.avail_out,
                said == Z_STREAM_END ? state::member_ended
                : going              ? state::going
                                     : state::damaged};
    }

private:
    void end() {
        if (open_) {
            ::inflateEnd(&z_);
        }
        open_ = false;
    }

    z_stream z_{};
    bool open_ = false;
};

class zstd_unpacker final : public unpacker {
public:
    zstd_unpacker() : z_(::ZSTD_createDStream()) {}
    zstd_unpacker(const zstd_unpacker&) = delete;
    zstd_unpacker& operator=(const zstd_unpacker&) = delete;
    ~zstd_unpacker() override { ::ZSTD_freeDStream(z_); }

    bool restart() override { return z_ != nullptr && ::ZSTD_isError(::ZSTD_initDStream(z_)) == 0; }

    step unpack(const char* in, std::size_t in_size, char* out, std::size_t out_size) override {
        ZSTD_inBuffer from{in, in_size, 0};
        ZSTD_outBuffer to{out, out_size, 0};
        const std::size_t left = ::ZSTD_decompressStream(z_, &to, &from);
        return {from.pos, to.pos,
                ::ZSTD_isError(left) != 0 ? state::damaged
                : left == 0               ? state::member_ended
                                          : state::going};
    }

private:
    ZSTD_DStream* z_;
};

class bzip2_unpacker final : public unpacker {
public:
    ~bzip2_unpacker() override { end(); }

    bool restart() override {
        end();
        z_ = {};
        return open_ = ::BZ2_bzDecompressInit(&z_, 0, 0) == BZ_OK;
    }

    step unpack(const char* in, std::size_t in_size, char* out, std::size_t out_size) override {
        const unsigned in_now = clamped(in_size);
        const unsigned out_now = clamped(out_size);
        z_.next_in = const_cast<char*>(in); // bzip2 does not write to it
        z_.avail_in = in_now;
        z_.next_out = out;
        z_.avail_out = out_now;
        const int said = ::BZ2_bzDecompress(&z_);
        return {in_now - z_.avail_in, out_now - z_.avail_out,
                said == BZ_STREAM_END ? state::member_ended
                : said == BZ_OK       ? state::going
                                      : state::damaged};
    }

private:
    void end() {
        if (open_) {
            ::BZ2_bzDecompressEnd(&z_);
        }
        open_ = false;
    }

    bz_stream z_{};
    bool open_ = false;
};

} // namespace

std::unique_ptr<unpacker> make_unpacker(packing how) {
    switch (how) {
        case packing::gzip:
            return std::make_unique<gzip_unpacker>();
        case packing::zstd:
            return std::make_unique<zstd_unpacker>();
        case packing::bzip2:
            return std::make_unique<bzip2_unpacker>();
        case packing::none:
            break;
    }
    return nullptr;
}

} // namespace noteload::source
