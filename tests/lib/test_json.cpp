// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/json.h"

namespace {

using fovea::Error;
using fovea::Json;
using fovea::JsonReader;

class JsonFile : public testing::Test
{
protected:
    void TearDown() override { std::filesystem::remove(file_); }

    void write(const std::string &text) { std::ofstream(file_) << text; }

    std::filesystem::path file_ =
        std::filesystem::path(testing::TempDir()) /
        (std::string("fovea-") + testing::UnitTest::GetInstance()->current_test_info()->name() +
         ".json");
};

void expect_error(const std::function<void()> &work, Error::Kind kind, const std::string &text)
{
    try {
        work();
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), kind);
        EXPECT_EQ(std::string(error.what()), text);
    }
}

JsonReader card()
{
    return {Json::parse(R"({"name": "watch", "frames": 17, "sampling": {"rate": "fast"}})"),
            "card.json"};
}

TEST_F(JsonFile, IsReadWholeInItsOrder)
{
    write(R"({"b": 1, "a": [2, 3]})");
    EXPECT_EQ(fovea::read_json(file_).dump(), R"({"b":1,"a":[2,3]})");
}

TEST_F(JsonFile, ThatIsNotThereIsNotFound)
{
    expect_error([&] { fovea::read_json(file_); }, Error::Kind::NotFound,
                 "'" + file_.string() + "' cannot be read; expected JSON");
}

TEST_F(JsonFile, ThatDoesNotParseIsNamedWithTheLine)
{
    write("{\n  \"name\": }\n");
    try {
        fovea::read_json(file_);
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::Settings);
        EXPECT_NE(std::string(error.what()).find("'" + file_.string() + "' is not JSON: "),
                  std::string::npos);
        EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos);
    }
}

TEST(ParseJson, RefusesWhatTheGrammarAllowsByItsPath)
{
    const auto refuses = [](const std::string &text, const std::string &error) {
        expect_error([&] { fovea::parse_json(text, "card.json"); }, Error::Kind::Settings, error);
    };
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_EQ(fovea::parse_json(nested(64), "card.json").dump(), nested(64));
    refuses(
        nested(65), "'card.json' is nested deeper than 64 at " + [] {
            std::string path = "[0].";
            while (path.size() < 120)
                path = path.substr(0, path.size() - 1) + "[0].";
            return path.substr(0, 120);
        }());
    refuses(R"({"a": 1, "b": [{"c": 2}, {"c": 3, "c": 4}]})",
            "'card.json' has the entry b[1].c twice");
    try {
        fovea::parse_json(R"({"a": {"b": 1e400}})", "card.json");
        FAIL() << "no error";
    } catch (const Error &error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("'card.json' is not JSON: "), std::string::npos) << text;
        EXPECT_NE(text.find("1e400"), std::string::npos) << text;
    }
}

TEST(ParseJson, OfAHundredThousandKeysIsReadAtOnce)
{
    std::string text = "{";
    for (int i = 0; i < 100'000; ++i)
        text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
    EXPECT_EQ(fovea::parse_json(text + "}", "list.json").size(), 100'000U);
}

TEST(OneLine, TextThatIsNotUtf8GetsReplacementCharacters)
{
    EXPECT_EQ(fovea::one_line({{"label", "caf\xE9\n"}, {"x", {1, 2}}}),
              "{\"label\":\"caf\xEF\xBF\xBD\\n\",\"x\":[1,2]}");
}

TEST(JsonReader, CastsNothing)
{
    const JsonReader reader(
        Json::parse(R"({"half": 1.5, "one": 1.0, "large": 4294967295, "huge": 18446744073709551615,
                        "far": 1e300, "list": [1, 256], "yes": true})"),
        "card.json");
    const std::string file = "'card.json': entry '";
    expect_error([&] { reader.get<int>("half"); }, Error::Kind::Settings,
                 file + "half' is 1.5, expected a value of another type than number");
    expect_error([&] { reader.get<int>("one"); }, Error::Kind::Settings,
                 file + "one' is 1.0, expected a value of another type than number");
    expect_error([&] { reader.get<int>("large"); }, Error::Kind::Settings,
                 file + "large' is 4294967295, expected an integer of 32 bits");
    EXPECT_EQ(reader.get<std::uint32_t>("large"), 4294967295U);
    expect_error([&] { reader.get<std::int64_t>("huge"); }, Error::Kind::Settings,
                 file + "huge' is 18446744073709551615, expected an integer of 64 bits");
    expect_error([&] { reader.get<float>("far"); }, Error::Kind::Settings,
                 file + "far' is 1e+300, expected a number that is not as large");
    EXPECT_EQ(reader.get<double>("far"), 1e300);
    expect_error([&] { reader.get<int>("yes"); }, Error::Kind::Settings,
                 file + "yes' is true, expected a value of another type than boolean");
    expect_error([&] { reader.get<std::vector<std::uint8_t>>("list"); }, Error::Kind::Settings,
                 "'card.json: list': entry '1' is 256, expected an integer of 8 bits");
    EXPECT_EQ(reader.integer("large", 0, 4294967295), 4294967295);
    expect_error([&] { reader.integer("huge", 0, 10); }, Error::Kind::Settings,
                 file + "huge' is 18446744073709551615, expected a whole number from 0 to 10");
}

TEST(JsonReader, GivesEntriesAndFallbacks)
{
    EXPECT_EQ(card().get<std::string>("name"), "watch");
    EXPECT_EQ(card().get<int>("frames", 8), 17);
    EXPECT_EQ(card().get<int>("hop", 8), 8);
    EXPECT_TRUE(card().has("sampling"));
    EXPECT_FALSE(card().has("hop"));
}

TEST(JsonReader, RefusesWhatIsNoObject)
{
    expect_error([] { JsonReader(Json::parse("[1]"), "card.json"); }, Error::Kind::Settings,
                 "'card.json': expected a JSON object, got array");
}

TEST(JsonReader, NamesAMissingEntry)
{
    expect_error([] { card().get<int>("hop"); }, Error::Kind::Settings,
                 "'card.json': the entry 'hop' is missing");
}

TEST(JsonReader, NamesAnEntryOfAnotherType)
{
    expect_error([] { card().get<int>("name"); }, Error::Kind::Settings,
                 "'card.json': entry 'name' is \"watch\", expected a value of another type than "
                 "string");
}

TEST(JsonReader, NamesThePathOfANestedEntry)
{
    expect_error([] { card().object("sampling").get<double>("rate"); }, Error::Kind::Settings,
                 "'card.json: sampling': entry 'rate' is \"fast\", expected a value of another "
                 "type than string");
}

TEST(JsonReader, GivesTheValueOfANameThatMayStandInAFile)
{
    constexpr fovea::Named<int> plans[] = {{1, "uniform"},
                                           {2, "card", "", fovea::NameUse::Asked},
                                           {3, "decay", "", fovea::NameUse::Stored}};
    EXPECT_EQ(JsonReader(Json{{"plan", "uniform"}}, "card.json").named("plan", plans), 1);
    EXPECT_EQ(JsonReader(Json{{"plan", "decay"}}, "card.json").named("plan", plans), 3);
    for (const std::string other : {"card", "watch"})
        expect_error(
            [&] {
                JsonReader(Json{{"plan", other}}, "card.json").named("plan", plans);
            },
            Error::Kind::Settings,
            "'card.json': entry 'plan' is \"" + other + "\", expected one of uniform, decay");
}

TEST(JsonReader, NamesTheOnlyNameOfATable)
{
    constexpr fovea::Named<int> only[] = {{1, "file"}};
    expect_error([&] { card().named("name", only); }, Error::Kind::Settings,
                 "'card.json': entry 'name' is \"watch\", expected one of file");
}

TEST(JsonReader, RefusesEntriesItDoesNotKnow)
{
    card().refuse_unknown({"sampling", "name", "frames"});
    expect_error(
        [] {
            card().refuse_unknown({"name", "frames"});
        },
        Error::Kind::Settings, "'card.json': unknown entry 'sampling'");
}

} // namespace
