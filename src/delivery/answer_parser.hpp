#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include "kept_fields.hpp"

namespace noteload::delivery {

/// Reads one answer with Beast's parser, straight into an `answer`: of the header only
/// `kept_fields`. (Beast's own `fields` would copy each of them, and look them up afterwards.)
class answer_parser final : public boost::beast::http::basic_parser<false> {
public:
    /// The answer must be empty and outlive it.
    explicit answer_parser(answer& into) : into_(into), keep_(into) { eager(true); }

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;
    using field = boost::beast::http::field;

    void on_request_impl(boost::beast::http::verb, string_view, string_view, int,
                         error_code&) override {}
    void on_response_impl(int code, string_view, int, error_code&) override { into_.status = code; }
    void on_field_impl(field, string_view name, string_view value, error_code&) override;
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
    std::size_t on_body_impl(string_view part, error_code&) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code& error) override {
        return on_body_impl(part, error);
    }
    void on_finish_impl(error_code&) override {}

    answer& into_;
    kept_fields keep_;
};

} // namespace noteload::delivery
