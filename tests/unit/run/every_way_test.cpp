// The same 60 notes, in every combination of encodings, separators, record ends and quotings, in
// CSV and JSONL, packed and not: the same request bodies.

#include <gtest/gtest.h>

#include "noteload/delivery/request.hpp"
#include "noteload/run/inputs.hpp"
#include "support/temp_folder.hpp"
#include "unit/source/every_way.hpp"

namespace noteload::run::test {

namespace {

using source::test::way;

class EveryWay : public testing::Test {
protected:
    /// The bodies that an import would post, a line each; and what is wrong with the others.
    std::string bodies(const std::string& path, const way& w) {
        input_options reading;
        reading.dialect.backslash = w.backslash;
        reading.dialect.delimiter = w.separator.size() > 1 ? w.separator : "";
        auto mapper = mapping::note_mapper::by_field_name(std::nullopt, "");
        auto inputs = check_inputs({path}, reading, *mapper);
        if (!inputs) {
            return inputs.error().message;
        }
        record_walk walk(std::move(*inputs), reading, mapper->columns());
        std::string out;
        mapping::mapped_note note;
        for (record r; walk.next(r).value();) {
            if (mapper->map(r, note)) {
                delivery::append_note_body(out, note.note);
            } else {
                out += note.faults[0].detail;
            }
            out += '\n';
        }
        return out;
    }

    void expect_the_bodies(const way& w, bool as_json) {
        std::vector<std::string> ignored;
        const auto bytes =
            source::test::file_of(w, notes_, as_json, {"contactId", "type", "note"}, ignored);
        const auto path = folder_.write(as_json ? "notes.jsonl" : "notes.csv", bytes);
        const auto got = bodies(path, w);
        if (expected_.empty()) {
            ASSERT_EQ(std::count(got.begin(), got.end(), '\n'), 60);
            ASSERT_TRUE(
                got.starts_with("{\"contactId\":1000,\"type\":\"In Person\",\"note\":\"Spoke with "
                                "Mrs. Okafor\"}\n"))
                << got;
            expected_ = got;
        }
        ASSERT_EQ(got, expected_) << w;
    }

    const std::vector<source::test::note> notes_ = [] {
        auto notes = source::test::sixty_notes();
        for (auto& note : notes) { // what has no text is no note
            note[2] = note[2].empty() ? "(nothing)" : note[2];
        }
        return notes;
    }();
    std::string expected_;
    noteload::test::temp_folder folder_;
};

TEST_F(EveryWay, PostsTheSameBodies) {
    std::size_t files = 0;
    source::test::every_way_of_jsonl([&](const way& w) {
        ASSERT_NO_FATAL_FAILURE(expect_the_bodies(w, true));
        ++files;
    });
    std::size_t nth = 0;
    const source::packing both[] = {source::packing::none, source::packing::gzip};
    source::test::every_way_of_csv(both, [&](way w) {
        if (w.packed != source::packing::none) {
            w.packed = source::test::packings[1 + nth++ % 3];
        }
        ASSERT_NO_FATAL_FAILURE(expect_the_bodies(w, false));
        ++files;
    });
    EXPECT_EQ(files, 11U * 4 * 4 + 11U * 5 * 4 * 8 * 2);
}

} // namespace

} // namespace noteload::run::test
