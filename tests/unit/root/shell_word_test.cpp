#include "noteload/shell_word.hpp"

#include <gtest/gtest.h>

namespace noteload {
namespace {

TEST(ShellWord, IsQuotedWhereAShellWouldTakeItApart) {
    EXPECT_EQ(shell_word("runs/notes-1.csv"), "runs/notes-1.csv");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("my notes"), "'my notes'");
    EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
}

} // namespace
} // namespace noteload
