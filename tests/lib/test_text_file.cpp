// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/mapped_file.h"
#include "fovea/core/printable.h"
#include "fovea/core/text_file.h"
#include "temporary_folder.h"

namespace {

using fovea::local_path;
using fovea::printable;
using fovea::read_text;

void expect_part(const std::string &text, const std::string &part)
{
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Printable, TakesOutControlCharactersAndWhatIsNoUtf8)
{
    EXPECT_EQ(printable("caf\xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x8E\xA5"),
              "caf\xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x8E\xA5");
    EXPECT_EQ(printable("a\x1B[31mb\nc"), "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD"
                                          "c");
    EXPECT_EQ(printable("caf\xE9"), "caf\xEF\xBF\xBD");           // Latin-1
    EXPECT_EQ(printable("\xC2\x9B"), "\xEF\xBF\xBD");             // C1: an escape code in one
    EXPECT_EQ(printable("\xE2\x80\xAE"), "\xEF\xBF\xBD");         // turns the direction
    EXPECT_EQ(printable("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD"); // NUL in two bytes
    EXPECT_EQ(printable("\xED\xA0\x80").size(), 9U);              // a surrogate
    EXPECT_EQ(printable("\xF4\x90\x80\x80").size(), 12U);         // behind the last character
    EXPECT_EQ(fovea::printable_lines("a\x1B[31m\n\nb\r\n"), "a\xEF\xBF\xBD[31m\n\nb\xEF\xBF\xBD\n");
    EXPECT_EQ(fovea::printable_lines(""), "");
    EXPECT_TRUE(fovea::is_printable("fall, 2"));
    EXPECT_FALSE(fovea::is_printable("fall\t2"));
}

TEST(Error, IsOneLineWhateverNamesStandInIt)
{
    const fovea::Error error(fovea::Error::Kind::Settings, "'a\nb\x1B': expected c");
    EXPECT_STREQ(error.what(), "'a\xEF\xBF\xBD"
                               "b\xEF\xBF\xBD': expected c");
}

TEST(TextFile, ComesWithoutItsByteOrderMark)
{
    const TemporaryFolder folder;
    EXPECT_EQ(read_text(folder.write("a", "\xEF\xBB\xBFpath\r\n"), "list"), "path\r\n");
    EXPECT_EQ(fovea::read_lines(folder.write("b", " a \r\n\n\tb"), "list"),
              (std::vector<std::string>{"a", "b"}));
}

TEST(TextFile, OfAnotherEncodingOrWithControlCharactersIsRefusedWithTheReason)
{
    const TemporaryFolder folder;
    const auto refusal = [&](const std::string &text) {
        const auto file = folder.write("list.csv", text);
        const std::string error = error_of([&] { read_text(file, "list"); });
        expect_part(error, "list '" + file.string() + "': ");
        return error;
    };
    expect_part(refusal(std::string("\xFF\xFEp\0a\0", 6)), "is in UTF-16, expected UTF-8");
    expect_part(refusal("PK\x03\x04\x14"), "is a ZIP archive, as spreadsheets are, expected text");
    expect_part(refusal("a\ncaf\xE9\n"), "line 2 is not UTF-8 (of Latin-1, perhaps)");
    expect_part(refusal("a\nb\n\x1B[2J\n"), "line 3 holds the control character 27");
    expect_part(refusal(std::string("a\0b", 3)), "line 1 holds the control character 0");
}

TEST(MappedFile, OnlyRegularFilesAreRead)
{
    const TemporaryFolder folder;
    const auto fifo = folder.path() / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    const auto refusal = [](const std::filesystem::path &file) {
        return error_of([&] { fovea::MappedFile(file, "weights"); });
    };
    EXPECT_EQ(refusal(fifo), "weights '" + fifo.string() + "' is a pipe, expected a regular file");
    expect_part(refusal("/dev/zero"), "is a device");
    expect_part(refusal(folder.path()), "is a folder");
    EXPECT_EQ(fovea::MappedFile(folder.write("empty"), "weights").bytes().size(), 0U);
}

TEST(LocalPath, TakesFileUris)
{
    EXPECT_EQ(local_path("a%20b.mp4"), "a%20b.mp4");
    EXPECT_EQ(local_path("file:///a%20b/%C3%A9.mp4"), "/a b/\xC3\xA9.mp4");
    EXPECT_EQ(local_path("file://localhost/a.mp4"), "/a.mp4");
    EXPECT_EQ(local_path("file:///100%.mp4"), "/100%.mp4");
    expect_part(error_of([] { local_path("file://server/a.mp4"); }), "is on another host");
}

} // namespace
