#pragma once

#include <string>

#include "noteload/source/dialect_options.hpp"
#include "noteload/source/encoding.hpp"
#include "noteload/source/input.hpp"
#include "noteload/source/look.hpp"
#include "noteload/source/unpacking.hpp"

namespace noteload::source {

/// How an input is read.
struct reading_facts {
    file_format format = file_format::csv;
    packing packed = packing::none;
    encoding_choice encoding;
    csv_look csv;          ///< but for `ends` it says nothing of JSONL
    std::string delimiter; ///< its character in UTF-8; empty for JSONL

    /// Bytes and offsets of records are those of the file: it is neither packed nor converted.
    bool as_stored = true;

    friend bool operator==(const reading_facts&, const reading_facts&) = default;
};

/// `CSV in UTF-16LE (by its byte order mark), separated by semicolons, lines ended by CR LF`
[[nodiscard]] std::string to_words(const reading_facts& f);

/// The options with which a reject file of that input is sure to be read as the input was, each
/// with a blank before it, fit for a shell: those that were given, and what only the records told.
/// Empty for most inputs.
[[nodiscard]] std::string options_for_rejects(const reading_facts& f, const dialect_options& given);

} // namespace noteload::source
