#include "noteload/shell_word.hpp"

#include <gtest/gtest.h>

namespace noteload {
namespace {

TEST(ShellWord, IsQuotedWhereAShellWouldTakeItApart) {
    EXPECT_EQ(shell_word("runs/notes-1.csv"), "runs/notes-1.csv");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("my notes"), "'my notes'");
    EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
    EXPECT_EQ(shell_path("-r"), "./-r");
    EXPECT_EQ(shell_path("-my run"), "'./-my run'");
    EXPECT_EQ(shell_path("a/-r"), "a/-r");
}

} // namespace
} // namespace noteload
