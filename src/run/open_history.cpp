#include "noteload/run/open_history.hpp"

#include "noteload/ledger/disk.hpp"

namespace noteload::run {

result<opened_history> open_history(const import_options& o, const ledger::log_header& header,
                                    const std::string& folder) {
    auto held = ledger::key_history::hold(ledger::real_disk(), o.history);
    if (!held) {
        return held.error();
    }
    auto known = held->read({header.base_url, header.organization, o.key}, &header);
    if (!known) {
        return known.error();
    }
    if (auto done = held->announce(header, folder); !done) {
        return done.error();
    }
    return opened_history{std::move(*held), key_check(std::move(*known), o.duplicate_keys)};
}

} // namespace noteload::run
