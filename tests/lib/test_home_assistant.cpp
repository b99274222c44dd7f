// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/json.h"
#include "fovea/publish/home_assistant.h"
#include "mqtt_test.h"

namespace fovea {
namespace {

using test::Broker;
using test::Listener;
using test::MqttTransport;

TEST_F(MqttTransport, AlarmsAreBinarySensorsOfHomeAssistant)
{
    const Broker broker(folder_);
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    publisher->announce({"front door", {"fight", "fall down"}});
    const std::string device = "fovea_site_front_door_"; // and six digits of its hash
    ASSERT_TRUE(eventually([&] {
        const auto topics = listener.topics();
        return std::count_if(topics.begin(), topics.end(), [](const std::string &topic) {
                   return topic.find("homeassistant/binary_sensor/") == 0;
               }) == 2;
    }));
    Json fight;
    for (const std::string &topic : listener.topics())
        if (topic.find(device) != std::string::npos &&
            topic.find("/fight/config") != std::string::npos)
            fight = Json::parse(listener.last_on(topic));
    ASSERT_FALSE(fight.is_null());
    EXPECT_EQ(fight["name"], "fight");
    EXPECT_EQ(fight["device"]["name"], "front door");
    EXPECT_EQ(fight["availability_topic"], "site/available");
    const std::string state = fight["state_topic"];
    EXPECT_EQ(state, "site/front_door/alarm/fight");
    ASSERT_TRUE(eventually([&] { return listener.last_on(state) == "OFF"; }));

    publisher->publish(made(0, Message::Kind::AlarmBegin, "front door"));
    EXPECT_TRUE(eventually([&] { return listener.last_on(state) == "ON"; }));
    publisher->publish(made(1, Message::Kind::AlarmUpdate, "front door"));
    publisher->publish(made(2, Message::Kind::AlarmEnd, "front door"));
    EXPECT_TRUE(eventually([&] { return listener.last_on(state) == "OFF"; }));
    EXPECT_EQ(listener.on(state), (std::vector<std::string>{"OFF", "ON", "OFF"}));
    EXPECT_EQ(listener.on("site/front_door/alarms").size(), 3U);
}

/* By SIGHUP, or in the configuration of the next start: the broker keeps what was told of it */
TEST_F(MqttTransport, ACameraThatIsGoneIsForgottenByHomeAssistant)
{
    const Broker broker(folder_);
    const auto kept = [&] { // told to who comes later
        Listener later(broker.port());
        eventually([&] { return later.last_on("site/available") == "online"; });
        std::size_t count = 0;
        for (const std::string &topic : later.topics())
            count += topic.find("/north") != std::string::npos ||
                             topic.find("_north_") != std::string::npos
                         ? 1
                         : 0;
        return count;
    };
    auto publisher = open(broker.uri());
    publisher->announce({"north", {"fight"}});
    publisher->announce({"south", {"fight"}});
    publisher->publish(made(0, Message::Kind::AlarmBegin, "north"));
    ASSERT_TRUE(eventually([&] { return kept() == 2; })) << "its sensor, and that it is ON";
    publisher->announce({"north", {"fight"}, /*is_gone=*/true});
    publisher->publish(made(1, Message::Kind::AlarmEnd, "north")); // or in front of it
    EXPECT_TRUE(eventually([&] { return publisher->counts().delivered == 2 && kept() == 0; }));
    publisher->announce({"north", {"fight"}});
    EXPECT_TRUE(eventually([&] { return kept() == 2; })) << "it is back";
}

TEST_F(MqttTransport, TwoProgramsWithACameraOfOneNameHaveASensorEach)
{
    EXPECT_NE(home_assistant_sensor("home", "door", "fight").topic,
              home_assistant_sensor("garage", "door", "fight").topic);
}

TEST_F(MqttTransport, AnAlarmOfAnEarlierRunSwitchesNothing)
{
    Broker broker(folder_);
    broker.kill();
    {
        auto publisher = open(broker.uri());
        publisher->publish(made(0, Message::Kind::AlarmBegin));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    }
    broker.start();
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    publisher->announce({"north", {"fight"}});
    EXPECT_TRUE(eventually([&] { return listener.on("site/north/alarms").size() == 1; }));
    EXPECT_TRUE(eventually([&] { return listener.last_on("site/north/alarm/fight") == "OFF"; }));
    EXPECT_EQ(listener.on("site/north/alarm/fight"), std::vector<std::string>{"OFF"});
}

} // namespace
} // namespace fovea
