#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

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
