#include "noteload/run/preflight.hpp"

#include "noteload/run/interruptible.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace noteload::run {

result<delivery::server> server_of(const import_options& o) {
    auto where = delivery::parse_base_url(o.base_url);
    if (!where) {
        return where.error();
    }
    auto trust = delivery::tls_trust::make(o.ca_file);
    if (!trust) {
        return trust.error();
    }
    return delivery::server{.at = *where,
                            .trust = std::move(*trust),
                            .requests = delivery::request_writer(*where, o.token),
                            .timeout = o.timeout,
                            .token_again = o.token_again};
}

std::string budget_file_of(const std::string& state_folder, const std::string& base_url,
                           const std::string& organization) {
    if (state_folder.empty()) {
        return {};
    }
    std::error_code error;
    std::filesystem::create_directories(state_folder, error);
    // FNV-1a: any name is a file's name then. Two organisations of one hash would be a little
    // slower.
    std::uint64_t hash = 14'695'981'039'346'656'037u;
    const auto named = lower_case(trimmed(organization));
    for (const char c : base_url + '\n' + named) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
    }
    return fmt::format("{}/budget-{:016x}", state_folder, hash);
}

import_result not_begun(failure why) {
    import_result r;
    r.how = ending::failed;
    r.why = std::move(why);
    return r;
}

import_result interrupted_before() {
    import_result r;
    r.how = ending::interrupted;
    return r;
}

std::optional<result<delivery::first_look>> look_first(const delivery::server& s) {
    return unless_interrupted([&s](auto& on) { return delivery::look_first(on, s); });
}

std::optional<import_result> look_at_server(delivery::server& s, const std::string& state_folder,
                                            const std::string& organization, import_observer& watch,
                                            delivery::first_look& seen) {
    watch.asking(s.at.url);
    if (!organization.empty()) {
        s.budget_file = budget_file_of(state_folder, s.at.url, organization);
    }
    auto looked = look_first(s);
    if (!looked) {
        return interrupted_before();
    }
    if (!*looked) {
        return not_begun(looked->error());
    }
    seen = std::move(**looked);
    if (auto wrong = wrong_organization(seen.who, organization)) {
        return not_begun(*wrong);
    }
    s.budget_file = budget_file_of(state_folder, s.at.url, seen.who.name);
    return std::nullopt;
}

mapping::organization_facts facts_of(const delivery::first_look& seen) {
    return {seen.types, seen.who.time_zone};
}

std::optional<failure> wrong_organization(const delivery::organization& found,
                                          const std::string& wanted) {
    if (!wanted.empty() && !equal_without_case(trimmed(found.name), trimmed(wanted))) {
        return failure{errc::organization,
                       fmt::format("the token belongs to the organisation \"{}\", not to \"{}\" "
                                   "as --organization says: nothing was sent",
                                   printable(found.name), printable(wanted))};
    }
    if (!found.enabled) {
        return failure{errc::organization,
                       fmt::format("the organisation \"{}\" is not enabled in Virtuous: nothing "
                                   "was sent",
                                   printable(found.name))};
    }
    return std::nullopt;
}

import_start start_of(const ledger::run_folder& folder, const delivery::server& server,
                      const delivery::first_look& seen, const std::vector<checked_input>& inputs,
                      const mapping::note_mapper& mapper) {
    import_start facts{.organization = seen.who.name,
                       .time_zone = seen.who.time_zone,
                       .base_url = server.at.url,
                       .folder = folder.path(),
                       .inputs = {},
                       .facts = {},
                       .unused_columns = mapper.unused(inputs.front().header),
                       .bytes = total_bytes(inputs)};
    for (const auto& in : inputs) {
        facts.inputs.push_back(in.what.name);
        facts.facts.push_back(in.facts);
        facts.can_resume = facts.can_resume && !in.what.is_stdin();
    }
    return facts;
}

} // namespace noteload::run
