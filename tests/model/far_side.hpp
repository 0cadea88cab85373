#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/clock.hpp"
#include "noteload/delivery/channel.hpp"
#include "plan.hpp"

namespace noteload::model {

/// A note that the server has, or is about to make.
struct far_note {
    std::int64_t id = 0;   ///< 0: not made yet
    std::uint64_t row = 0; ///< 0: not one of ours
    delivery::sent_note content;
    std::string date; ///< as shown
    steady_clock::time_point made_at;
    wall_clock::time_point made_at_wall; ///< by the server's clock
};

/// The server, which outlives the program's lives. What it does with a request it decides when the
/// request leaves; what comes of it comes at its time, whether or not anyone is left to hear.
class far_side {
public:
    far_side(const plan& p, std::uint32_t salt);

    /// An answer under way.
    struct fate {
        steady_clock::time_point at;
        delivery::attempt then; ///< without the body, where a note's id is in it
        std::size_t note = 0;   ///< 1 + index of the note that comes of it; 0: none does
        bool tells_id = false;
        bool hangs = false;
    };
    [[nodiscard]] fate receive(std::string_view request);
    [[nodiscard]] delivery::attempt answer(const fate& f);
    /// The program does not wait any more: whatever it asked for is made soon or never.
    void left_alone(std::size_t note = 0);

    [[nodiscard]] wall_clock::time_point wall() const {
        return wall_clock::now() + habits_.clock_ahead;
    }
    /// All notes whose time has come, in the order of their ids.
    [[nodiscard]] std::vector<far_note> notes();
    /// When the last one that is under way comes.
    [[nodiscard]] steady_clock::time_point quiet_at() const;

    /// Called for each note that is asked for: the row.
    std::function<void(std::uint64_t row)> on_request;
    /// What it was asked and said, for people.
    std::string story;

private:
    [[nodiscard]] fate receive_note(std::string_view body);
    [[nodiscard]] fate receive_read(std::string_view head);
    [[nodiscard]] std::string list(std::int64_t contact, std::size_t skip, std::size_t take);
    [[nodiscard]] fate reply(int status, std::string body);
    [[nodiscard]] fate trouble(delivery::handed taken, delivery::trouble what);
    [[nodiscard]] bool out_of_order() const;
    std::size_t make(delivery::sent_note content, std::uint64_t row, steady_clock::duration in);
    void catch_up();
    void tell(std::string_view request, const fate& f);
    void let_strangers_write(std::int64_t contact);

    server_habits habits_;
    milliseconds timeout_;
    random random_;
    std::vector<far_note> notes_;
    std::int64_t last_id_ = 7000;
    const steady_clock::time_point began_ = steady_clock::now();
};

/// How the program of one life reaches it.
[[nodiscard]] std::unique_ptr<delivery::channel> open_channel(boost::asio::io_context& on,
                                                              far_side& to, milliseconds timeout);

} // namespace noteload::model
