// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/json.h"
#include "fovea/store/results/result_json.h"

namespace fovea {
namespace {

/** \brief What a line and models/schema/result.schema.json do not agree in; as much of JSON Schema as that uses */
class Schema
{
public:
    explicit Schema(Json schema) : schema_(std::move(schema)) {}

    std::vector<std::string> faults_of(const Json &line)
    {
        faults_.clear();
        check(line, schema_, "");
        return faults_;
    }

    /** \brief Paths of what the lines so far held; `[]` for the elements of an array */
    const std::set<std::string> &held() const { return held_; }

    /** \brief Paths of all that is described below a node */
    std::set<std::string> described(const Json &node, const std::string &path) const
    {
        std::set<std::string> paths;
        for (const Json *part : parts_of(node)) {
            const Json properties = part->value("properties", Json::object());
            for (const auto &[key, property] : properties.items()) {
                paths.insert(path + "." + key);
                paths.merge(described(property, path + "." + key));
            }
            if (part->contains("items"))
                paths.merge(described(part->at("items"), path + "[]"));
        }
        return paths;
    }

    const Json &root() const { return schema_; }

private:
    /** \brief The node, and those that it refers to */
    std::vector<const Json *> parts_of(const Json &node) const
    {
        std::vector<const Json *> parts = {&node};
        const auto add = [&](const Json &other) {
            for (const Json *part : parts_of(other))
                parts.push_back(part);
        };
        if (node.contains("$ref")) // "#/$defs/share"
            add(schema_.at(Json::json_pointer(node["$ref"].get<std::string>().substr(1))));
        if (node.contains("allOf")) {
            for (const Json &other : node["allOf"])
                add(other);
        }
        return parts;
    }

    static bool is_of_type(const Json &value, const std::string &type)
    {
        return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
               (type == "string" && value.is_string()) ||
               (type == "boolean" && value.is_boolean()) ||
               (type == "integer" && value.is_number_integer()) ||
               (type == "number" && value.is_number());
    }

    static bool holds(const Json &list, const Json &value)
    {
        return std::find(list.begin(), list.end(), value) != list.end();
    }

    void require(bool is_right, const std::string &path, const std::string &what)
    {
        if (!is_right)
            faults_.push_back(path + ": " + what);
    }

    void check(const Json &value, const Json &node, const std::string &path)
    {
        held_.insert(path);
        const std::vector<const Json *> parts = parts_of(node);
        for (const Json *part : parts)
            check_value(value, *part, path);
        if (value.is_object())
            check_members(value, parts, path);
        for (const Json *part : parts) {
            for (const Json &element : value.is_array() ? value : Json::array()) {
                if (part->contains("items"))
                    check(element, part->at("items"), path + "[]");
            }
        }
    }

    void check_value(const Json &value, const Json &part, const std::string &path)
    {
        if (part.contains("type"))
            require(is_of_type(value, part["type"]), path, "is no " + part["type"].dump());
        if (part.contains("const"))
            require(value == part["const"], path, "is not " + part["const"].dump());
        if (part.contains("enum"))
            require(holds(part["enum"], value), path, "is none of " + part["enum"].dump());
        if (part.contains("minimum") && value.is_number())
            require(value >= part["minimum"], path, "is below " + part["minimum"].dump());
        if (part.contains("maximum") && value.is_number())
            require(value <= part["maximum"], path, "is above " + part["maximum"].dump());
        if (part.contains("minItems"))
            require(value.size() >= part["minItems"], path, "has too few");
        if (part.contains("maxItems"))
            require(value.size() <= part["maxItems"], path, "has too many");
        const Json required = part.value("required", Json::array());
        for (const Json &key : required)
            require(value.contains(key.get<std::string>()), path, "lacks " + key.dump());
    }

    void check_members(const Json &object, const std::vector<const Json *> &parts,
                       const std::string &path)
    {
        for (const auto &[key, member] : object.items()) {
            bool is_described = false;
            for (const Json *part : parts) {
                if (part->contains("properties") && part->at("properties").contains(key)) {
                    is_described = true;
                    check(member, part->at("properties")[key], path + "." + key);
                } else if (part->contains("additionalProperties")) {
                    is_described = holds(part->at("propertyNames").at("enum"), key);
                    check(member, part->at("additionalProperties"), path + "." + key);
                }
            }
            require(is_described, path, "has the entry " + key + ", which is not described");
        }
    }

    Json schema_;
    std::vector<std::string> faults_;
    std::set<std::string> held_;
};

Result result_of_all()
{
    Result result;
    result.timestamp = 600'000'000;
    result.resolution = {640, 480};
    result.source = "a.mp4";
    result.model = "watch";
    result.utc = "2026-11-27T12:00:00.000Z";
    result.run = "0123456789abcdef";
    result.persons = {{{0.25F, 0.5F, 0.125F, 0.25F}, 0.87F, 3, true},
                      {{-0.25F, 0, 0.5F, 0.5F}, 0.5F, -1, false}};
    result.persons[0].pose = Pose();
    result.persons[0].pose->fill({1.05F, 0.5F, 0.9F});
    result.has_activity = true;
    Activity &activity = result.activity;
    activity.label = {"fight", 1, 0.9F};
    activity.time = {0, 2'133'333'333};
    activity.top_k = {{"fight", 1, 0.9F}, {"normal", 0, 0.1F}};
    for (const RegionKind kind : {RegionKind::Full, RegionKind::Grid, RegionKind::Actor,
                                  RegionKind::Salient, RegionKind::Person})
        activity.regions.push_back({{kind, whole_frame}, 0.2F});
    activity.salience = {{{0, 500'000'000}, 0.2F}, {{500'000'000, 1'000'000'000}, 1.0F}};
    activity.heat = {whole_frame, 2, 1, {0, 255}};
    activity.frames = {32, 3, 2, 1};
    activity.unseen = 4;
    activity.too_far = true;
    result.alarm = AlarmEvent{AlarmEvent::Kind::Begin,
                              1,
                              {"fight", 1, 0.9F},
                              {0, 2'000'000'000},
                              1'000'000'000,
                              whole_frame,
                              {3}};
    return result;
}

class ResultSchema : public testing::Test
{
protected:
    Schema schema_{read_json(std::filesystem::path(std::getenv("FOVEA_MODEL_PATH")) / "schema" /
                             "result.schema.json")};
};

TEST_F(ResultSchema, DescribesAllThatALineHolds)
{
    Result result = result_of_all();
    for (const auto scope :
         {Activity::Scope::Window, Activity::Scope::Video, Activity::Scope::Segment}) {
        for (const auto kind :
             {AlarmEvent::Kind::Begin, AlarmEvent::Kind::Update, AlarmEvent::Kind::End}) {
            result.activity.scope = scope;
            result.alarm->kind = kind;
            EXPECT_EQ(schema_.faults_of(to_json(result)), std::vector<std::string>());
        }
    }
    Result least; // its frame is not known: an alarm that an earlier run left open
    EXPECT_EQ(schema_.faults_of(to_json(least)), std::vector<std::string>());
    EXPECT_EQ(result_from_json(to_json(least)).resolution.width, 0);
    least.resolution = {1, 1};
    EXPECT_EQ(schema_.faults_of(to_json(least)), std::vector<std::string>());
}

TEST_F(ResultSchema, DescribesNothingThatNoLineHolds)
{
    schema_.faults_of(to_json(result_of_all()));
    const std::set<std::string> of_publishers = {".id", ".alarm.stored_id"};
    for (const std::string &path : schema_.described(schema_.root(), "")) {
        if (of_publishers.count(path) == 0) {
            EXPECT_EQ(schema_.held().count(path), 1U) << path;
        }
    }
}

/* That the two tests above can fail */
TEST_F(ResultSchema, IsNotThatOfAnotherLine)
{
    const auto faults_with = [&](const std::string &pointer, const Json &value) {
        Json line = to_json(result_of_all());
        line[Json::json_pointer(pointer)] = value;
        return schema_.faults_of(line);
    };
    using Faults = std::vector<std::string>;
    EXPECT_EQ(faults_with("/activity/heet", 1),
              Faults{".activity: has the entry heet, which is not described"});
    EXPECT_EQ(faults_with("/objects/0/keypoints/tail", {0, 0, 0}),
              Faults{".objects[].keypoints: has the entry tail, which is not described"});
    EXPECT_EQ(faults_with("/alarm/confidence", 1.5), Faults{".alarm.confidence: is above 1"});
    EXPECT_EQ(faults_with("/timestamp", 0.5), Faults{".timestamp: is no \"integer\""});
    EXPECT_EQ(faults_with("/alarm/event", "pause"),
              Faults{".alarm.event: is none of [\"begin\",\"update\",\"end\"]"});
    Json line = to_json(result_of_all());
    line["activity"]["heat"].erase("rows");
    EXPECT_EQ(schema_.faults_of(line), Faults{".activity.heat: lacks \"rows\""});
}

} // namespace
} // namespace fovea
