// bench_stages: the stages of a row's way, one by one, by Google Benchmark. With callgrind
// (`--toggle-collect=measured_once --dump-after=measured_once` and a benchmark_min_time of nothing)
// it leaves one profile a stage, in the order of their registration.

#include "stages.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

using namespace noteload::bench;

extern "C" [[gnu::noinline]] void measured_once(const stage* s) {
    s->once();
}

namespace noteload::bench {

namespace {

std::string note_text(std::size_t i) {
    std::string text;
    while (text.size() < 330) {
        text +=
            "Spoke with the family about the spring appeal, they asked for the annual report "
            "and for a call in May. ";
    }
    text.resize(330);
    return fmt::format("{} ({:010})", text, i);
}

} // namespace

std::string csv_rows() {
    std::string out = "contactId,type,note,noteDateTime,important\n";
    for (std::size_t i = 0; i < rows_of_a_stage; ++i) {
        out += fmt::format("{},General,\"{}\",2019-03-{:02}T12:00:00,false\n", 100000 + i,
                           note_text(i), 1 + i % 28);
    }
    return out;
}

std::string jsonl_rows() {
    std::string out;
    for (std::size_t i = 0; i < rows_of_a_stage; ++i) {
        out += fmt::format(
            "{{\"contactId\":{},\"type\":\"General\",\"note\":\"{}\","
            "\"noteDateTime\":\"2019-03-{:02}T12:00:00\",\"important\":false}}\n",
            100000 + i, note_text(i), 1 + i % 28);
    }
    return out;
}

} // namespace noteload::bench

int main(int count, char** arguments) {
    benchmark::Initialize(&count, arguments);
    static std::vector<stage> all = reading_stages();
    all.insert(all.begin() + 2, csv_h_alone());
    for (auto more : {mapping_stages(), ledger_stages()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    for (const stage& s : all) {
        benchmark::RegisterBenchmark(s.name.c_str(), [&s](benchmark::State& state) {
            for (auto _ : state) {
                measured_once(&s);
            }
            const auto times = static_cast<std::int64_t>(state.iterations());
            state.SetBytesProcessed(times * static_cast<std::int64_t>(s.bytes));
            state.SetItemsProcessed(times * static_cast<std::int64_t>(s.rows));
        });
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
