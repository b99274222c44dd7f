// SPDX-License-Identifier: MIT
#include <gst/gst.h>

#include <gtest/gtest.h>

#include "../lib/error_of.h"
#include "../lib/temporary_folder.h"
#include "service/page/page_check.h"
#include "service/watch_check.h"
#include "service/watch_config.h"

namespace fovea::test {

namespace {

WatchConfig read(const std::string &text)
{
    const TemporaryFolder folder;
    return read_watch_config(folder.write("cameras.toml", text));
}

/* Without the folder in front */
std::string refusal(const std::string &text, Error::Kind kind = Error::Kind::Settings)
{
    const std::string error = error_of([&] { read(text); }, kind);
    const std::size_t at = error.find("cameras.toml");
    return at != std::string::npos ? error.substr(at) : error;
}

constexpr const char *one_camera = "[[camera]]\nname = \"door\"\nuri = \"rtsp://door/main\"\n";

} // namespace

TEST(WatchConfig, ACameraNeedsANameAndAUri)
{
    const WatchConfig config = read(one_camera);
    ASSERT_EQ(config.cameras.size(), 1U);
    EXPECT_EQ(config.cameras[0].name, "door");
    EXPECT_EQ(config.cameras[0].uri, "rtsp://door/main");
    EXPECT_EQ(config.model, default_model);
    EXPECT_EQ(config.page.address, "127.0.0.1");
    EXPECT_FALSE(config.cameras[0].alarms.on);
}

TEST(WatchConfig, AllThatCanBeSaid)
{
    const WatchConfig config = read(R"(
folder = "/var/lib/fovea"
model = "my-bundle"
detector = "hog"
fps = 10
motion_gate = false
learn = false

[[receiver]]
uri = "https://house"
credentials = "env:HOUSE"

[[receiver]]
uri = "/var/log/fovea.jsonl"

[alarms]
on = 0.7
cool_down = 20
alarms_per_hour = 0.5

[recording]
before = 3
after = 4.5
days = 7
gigabytes = 1.5

[page]
address = "0.0.0.0"
port = 9000
token_file = "/etc/fovea/token"

[[camera]]
name = "door"
uri = "rtsp://door/sub"
record_uri = "rtsp://door/main"
credentials = "env:DOOR"
transport = "udp"
timeout = 20
frozen_timeout = 0
check_picture = false
zones = "include 0,0.5 1,0.5 1,1 0,1"
on = 0.8
alarms_per_hour = 0.1
schedule = ["Mon-Fri 18:00-06:00", "Sat,Sun 00:00-24:00"]

[[camera]]
name = "yard"
uri = "/dev/video0"
)");
    EXPECT_EQ(config.folder, "/var/lib/fovea");
    EXPECT_EQ(config.fps, 10);
    EXPECT_FALSE(config.motion_gate);
    EXPECT_FALSE(config.learn);
    ASSERT_EQ(config.receivers.size(), 2U);
    EXPECT_EQ(config.receivers[0].credentials, "env:HOUSE");
    EXPECT_EQ(config.receivers[1].uri, "/var/log/fovea.jsonl");
    EXPECT_EQ(config.recording.after, 4.5);
    EXPECT_EQ(config.recording.days, 7);
    EXPECT_EQ(config.page.port, 9000);
    ASSERT_EQ(config.cameras.size(), 2U);
    const CameraConfig &door = config.cameras[0];
    EXPECT_EQ(door.record_uri, "rtsp://door/main");
    EXPECT_EQ(door.alarms.on, 0.8);       // its own
    EXPECT_EQ(door.alarms.cool_down, 20); // of all
    EXPECT_EQ(door.alarms.alarms_per_hour, 0.1);
    EXPECT_EQ(config.cameras[1].alarms.alarms_per_hour, 0.5);
    EXPECT_EQ(door.timeout, 20);
    EXPECT_EQ(door.frozen_timeout, 0);
    EXPECT_FALSE(door.check_picture);
    EXPECT_FALSE(config.cameras[1].timeout) << "as foveacamera has it";
    CameraConfig patient = config.cameras[1];
    patient.timeout = 20;
    EXPECT_NE(config.cameras[1], patient);
    CameraConfig quieter = door;
    quieter.alarms.alarms_per_hour = 0.05;
    EXPECT_NE(door, quieter) << "it begins anew when the file is read again";
    EXPECT_FALSE(door.schedule == WeekSchedule());
    EXPECT_EQ(config.cameras[1].alarms.on, 0.7);
    EXPECT_TRUE(config.cameras[1].schedule == WeekSchedule());
    EXPECT_FALSE(config.cameras[0] == config.cameras[1]);
}

TEST(WatchConfig, WhatIsWrongIsToldWithLineAndKey)
{
    EXPECT_EQ(refusal("fps = \"fast\"\n" + std::string(one_camera)),
              "cameras.toml:1: fps: expected a whole number from 1 to 240, got text");
    EXPECT_EQ(refusal("\nfps = 0\n" + std::string(one_camera)),
              "cameras.toml:2: fps: expected a whole number from 1 to 240, got 0");
    EXPECT_EQ(refusal(std::string(one_camera) + "on = 1.5\n"),
              "cameras.toml:4: camera.on: expected a number from 0 to 1, got 1.5");
    EXPECT_EQ(refusal(std::string(one_camera) + "on = nan\n"),
              "cameras.toml:4: camera.on: expected a number from 0 to 1, got nan");
    EXPECT_EQ(refusal(std::string(one_camera) + "alarms_per_hour = 0\n"),
              "cameras.toml:4: camera.alarms_per_hour: expected a number from 0.02 to 60, got 0");
    EXPECT_EQ(
        refusal("[alarms]\nalarms_per_hour = \"few\"\n" + std::string(one_camera)),
        "cameras.toml:2: alarms.alarms_per_hour: expected a number from 0.02 to 60, got text");
    EXPECT_EQ(refusal("[[camera]]\nname = \"the door\"\nuri = \"rtsp://door\"\n"),
              "cameras.toml:2: camera.name: expected at most 64 letters, digits, - and _, got "
              "'the door'");
    EXPECT_EQ(refusal(std::string(one_camera) + one_camera),
              "cameras.toml:5: camera.name: expected another name than the cameras before, got "
              "'door' again");
    EXPECT_EQ(refusal("[[camera]]\nname = \"door\"\n"),
              "cameras.toml:1: camera.uri: expected rtsp://..., http://..., /dev/videoN or a file, "
              "got no address");
    for (const std::string folder : {"", "~/watch"})
        EXPECT_EQ(refusal("folder = \"" + folder + "\"\n" + one_camera),
                  "cameras.toml:1: folder: expected a path (~ is a shell's alone), got '" + folder +
                      "'");
    EXPECT_EQ(refusal("fps = 15\n"),
              "cameras.toml:1: camera: expected at least one [[camera]], got none");
    EXPECT_EQ(refusal("[alarms]\non = 0.6\n" + std::string(one_camera) + "off = 0.9\n"),
              "cameras.toml:6: camera.off: expected at most on, 0.6, got 0.9");
    EXPECT_EQ(refusal("[recording]\nlongest = 9\n" + std::string(one_camera)),
              "cameras.toml:2: recording.longest: expected at least before and after together, "
              "10 s, got 9 s");
    EXPECT_EQ(refusal(std::string(one_camera) + "transport = \"pigeon\"\n"),
              "cameras.toml:4: camera.transport: expected tcp, udp or auto, got 'pigeon'");
}

TEST(WatchConfig, AKeyThatDoesNotExistIsASlipAndRefused)
{
    const std::string text = refusal(std::string(one_camera) + "treshold = 0.5\n");
    EXPECT_EQ(text.substr(0, text.find("one of")), "cameras.toml:4: camera.treshold: expected ");
    EXPECT_NE(text.find("cool_down"), std::string::npos) << text;
}

TEST(WatchConfig, WhatTheElementRefusesIsToldWithItsLine)
{
    const std::string zones = refusal(std::string(one_camera) + "zones = \"include 0,0 1,1\"\n");
    EXPECT_EQ(zones.substr(0, zones.find("in [0, 1]")),
              "cameras.toml:4: camera.zones: zone 'include 0,0 1,1': expected include or exclude "
              "and three corners x,y or more ");
    const std::string times = refusal(std::string(one_camera) + "schedule = \"never\"\n");
    EXPECT_EQ(times, "cameras.toml:4: camera.schedule: expected days and hours as in "
                     "'Mon-Fri 18:00-06:00', got 'never'");
}

TEST(WatchConfig, BrokenTomlNamesTheLine)
{
    const std::string text = refusal("fps = 15\nmodel = \n" + std::string(one_camera));
    EXPECT_EQ(text.substr(0, 15), "cameras.toml:2:") << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

TEST(WatchConfig, CamerasOfACommandLineAreNumbered)
{
    const auto cameras = cameras_of({"rtsp://a", "rtsp://b"});
    ASSERT_EQ(cameras.size(), 2U);
    EXPECT_EQ(cameras[1].name, "camera-2");
    EXPECT_EQ(cameras[1].uri, "rtsp://b");
}

TEST(WatchConfig, AnAddressThatNothingReadsIsRefusedWithoutItsSecrets)
{
    const std::string got = "expected rtsp://..., http://..., /dev/videoN or a file, got 'rstp:', "
                            "which no element here reads; correct it, or see fovea doctor";
    EXPECT_EQ(error_of([] { cameras_of({"/ball.mp4", "rstp://me:secret@door/main"}); }), got);
    EXPECT_EQ(error_of([] { cameras_of({""}); }),
              "expected rtsp://..., http://..., /dev/videoN or a file, got no address");
    EXPECT_EQ(refusal(std::string(one_camera) + "record_uri = \"rstp://me:secret@door/main\"\n"),
              "cameras.toml:4: camera.record_uri: " + got);
    EXPECT_EQ(refusal("[[camera]]\nname = \"door\"\nuri = \"rstp://me:secret@door/main\"\n"),
              "cameras.toml:3: camera.uri: " + got);
}

TEST(WatchConfig, AHostWithoutASchemeIsRefusedWithTheAddressThatWasMeant)
{
    const auto told = [](const std::string &uri) { return error_of([&] { cameras_of({uri}); }); };
    const std::string expected = "expected rtsp://..., http://..., /dev/videoN or a file, got ";
    const auto meant = [&](const std::string &host) {
        return expected + "'" + host + "', which is no file; if a camera is meant: rtsp://" + host +
               "/...";
    };
    EXPECT_EQ(told("192.168.1.20"), meant("192.168.1.20"));
    EXPECT_EQ(told("camera1"), meant("camera1"));
    EXPECT_EQ(told("192.168.1.20:554/h264"), meant("192.168.1.20:554"));
    EXPECT_EQ(told("1:secret@192.168.1.20:554/h264"), meant("192.168.1.20:554"));
    EXPECT_EQ(told("me:secret@192.168.1.20/user=me_password=secret"), meant("192.168.1.20"));
    EXPECT_EQ(told("door:554/main"), meant("door:554"));
    EXPECT_EQ(told("rtps:/door"), expected + "'rtps:', which no element here reads; correct it, or "
                                             "see fovea doctor");
    EXPECT_EQ(told("/dev"), expected + "the folder '/dev'");
    const TemporaryFolder folder;
    const std::string link = folder.path() / "a.mp4";
    std::filesystem::create_symlink("a.mp4", link);
    EXPECT_EQ(told(link),
              expected + "'" + link + "', a link that leads back to itself; correct it");
    EXPECT_EQ(refusal("[[camera]]\nname = \"door\"\nuri = \"192.168.1.20:554/h264\"\n"),
              "cameras.toml:3: camera.uri: " + meant("192.168.1.20:554"));
}

TEST(WatchConfig, AnAddressThatWasTakenBeforeIsNotJudgedAnew)
{
    const TemporaryFolder folder;
    const auto file =
        folder.write("cameras.toml", "[[camera]]\nname = \"door\"\nuri = \"gone.mp4\"\n"
                                     "record_uri = \"record.mp4\"\n");
    const WatchConfig before = read_watch_config(file, {"gone.mp4", "record.mp4"});
    EXPECT_EQ(addresses_of(before), (std::set<std::string>{"gone.mp4", "record.mp4"}));
    EXPECT_NE(error_of([&] { read_watch_config(file, {"gone.mp4"}); }).find("record_uri: "),
              std::string::npos);
    EXPECT_EQ(cameras_of({"gone.mp4"}, addresses_of(before)).size(), 1U);
    EXPECT_EQ(addresses_of(read(one_camera)), std::set<std::string>{"rtsp://door/main"});
}

TEST(WatchConfig, AFileMayComeLaterAndIsToldUntilThen)
{
    const TemporaryFolder folder;
    const std::string file = folder.path() / "usb/door.mp4";
    WatchConfig config;
    config.cameras = cameras_of({file, "rtsp://door/main", "file://" + file, "/dev/null"});
    const std::string later = "': '" + file + "' is not there now; it is asked for until it is";
    EXPECT_EQ(check_notes(config),
              (std::vector<std::string>{"camera 'camera-1" + later, "camera 'camera-3" + later}));
    folder.write("usb/door.mp4");
    EXPECT_TRUE(check_notes(config).empty());
}

TEST(WatchConfig, ADeviceIsRefusedWhereNoElementReadsIt)
{
    GstRegistry *registry = gst_registry_get();
    GstPluginFeature *element = gst_registry_lookup_feature(registry, "v4l2src");
    if (element != nullptr)
        gst_registry_remove_feature(registry, element);
    EXPECT_EQ(error_of([] { cameras_of({"/dev/video0"}); }),
              "expected rtsp://..., http://..., /dev/videoN or a file, got '/dev/video0', which no "
              "element here reads; correct it, or see fovea doctor");
    if (element == nullptr)
        return;
    gst_registry_add_feature(registry, element);
    EXPECT_EQ(cameras_of({"/dev/video0"}).size(), 1U);
}

TEST(WatchConfig, AReceiverIsTakenOnce)
{
    const std::string receiver = "[[receiver]]\nuri = \"http://house/hook?key=word\"\n";
    const std::string again = std::string(one_camera) + receiver + receiver;
    EXPECT_EQ(refusal(again), "cameras.toml:7: receiver.uri: 'http://house' again: each line would "
                              "go there twice; take one of both out");
    EXPECT_EQ(read(again + "credentials = \"env:ANOTHER\"\n").receivers.size(), 2U);
    const auto both = [](const std::string &one, const std::string &other) {
        return one_camera +
               ("[[receiver]]\nuri = \"" + one + "\"\n[[receiver]]\nuri = \"" + other + "\"\n");
    };
    for (const auto &[one, other] : {std::pair("lines.jsonl", "./lines.jsonl"),
                                     {"/nowhere/lines.jsonl", "file:///nowhere/./lines.jsonl"},
                                     {"stdout:", "stdout://"}})
        EXPECT_NE(refusal(both(one, other)).find("again: each line would"), std::string::npos)
            << one << " " << other;
    EXPECT_EQ(read(both("lines.jsonl", "/lines.jsonl")).receivers.size(), 2U);
}

TEST(WatchConfig, AReceiverThatNothingSendsToIsRefusedWithoutItsSecrets)
{
    const std::string receiver = std::string(one_camera) + "[[receiver]]\nuri = ";
    EXPECT_EQ(refusal(receiver + "\"mqt://me:word@house\"\n"),
              "cameras.toml:5: receiver.uri: uri is 'mqt:...', expected stdout:, "
              "file:///path, a path, mqtt(s)://, kafka:// or http(s)://");
    EXPECT_EQ(read(receiver + "\"lines.jsonl\"\n").receivers[0].uri, "lines.jsonl");
}

TEST(WatchConfig, ASecretThatStandsInItIsRefusedAndNotTold)
{
    const std::string why =
        ": expected file:PATH or env:NAME, where the secret stands, got neither";
    EXPECT_EQ(refusal(std::string(one_camera) + "credentials = \"me:word\"\n"),
              "cameras.toml:4: camera.credentials" + why);
    const std::string receiver = std::string(one_camera) + "[[receiver]]\nuri = \"http://house\"\n";
    EXPECT_EQ(refusal(receiver + "credentials = \"me:word\"\n"),
              "cameras.toml:6: receiver.credentials" + why);
    EXPECT_EQ(refusal(receiver + "signing_key = \"word\"\n"),
              "cameras.toml:6: receiver.signing_key" + why);
    EXPECT_EQ(read(receiver + "signing_key = \"file:key\"\n").receivers[0].signing_key, "file:key");
}

TEST(WatchConfig, FilesOfThePageAreReadBeforeItBegins)
{
    const TemporaryFolder folder;
    const auto file = [&](const char *name) { return (folder.path() / name).string(); };
    const auto told = [&](const std::string &page, Error::Kind kind = Error::Kind::Settings) {
        const WatchConfig config =
            read("[page]\n" + page + one_camera); // SIGHUP does not ask for them
        const std::string error = error_of([&] { check_page(config.page); }, kind);
        const std::size_t name = error.find("cameras.toml:");
        return name == std::string::npos ? error : error.substr(name);
    };
    const std::string token = "token_file = \"" + file("token") + "\"\n";
    EXPECT_EQ(told(token, Error::Kind::NotFound),
              "cameras.toml:1: page.token_file '" + file("token") +
                  "' cannot be read: No such file or directory");
    folder.write("token", "\n");
    EXPECT_EQ(told(token), "cameras.toml:1: page.token_file '" + file("token") +
                               "': expected a token, got an empty file");
    check_page(read("[page]\nenabled = false\n" + token + one_camera).page);
    EXPECT_EQ(told("address = \"0.0.0.0\"\n").substr(0, 41),
              "cameras.toml:1: page.address '0.0.0.0' is");
    EXPECT_EQ(told("address = \"localhost\"\n"),
              "cameras.toml:1: page.address: expected an address "
              "such as 127.0.0.1 or 0.0.0.0, got 'localhost'");
    const std::string certificate = "certificate_file = \"" + file("cert.pem") + "\"\n";
    EXPECT_EQ(told(certificate), "cameras.toml:1: page: expected certificate_file and key_file, or "
                                 "none of both, got one");
    const std::string start =
        "cameras.toml:1: page.certificate_file '" + file("cert.pem") + "' cannot be used: ";
    EXPECT_EQ(told(certificate + "key_file = \"" + file("key.pem") + "\"\n", Error::Kind::NotFound)
                  .substr(0, start.size()),
              start);
}

TEST(WatchConfig, WhatShowsThePageIsAnOriginAndNothingElse)
{
    const auto page = [](const std::string &origin) {
        return "[page]\nshown_in = [\"" + origin + "\"]\n" + one_camera;
    };
    for (const char *origin :
         {"http://homeassistant.local:8123", "https://house.example", "http://192.0.2.7:80"})
        EXPECT_EQ(read(page(origin)).page.shown_in, std::vector<std::string>{origin});
    for (const char *wrong : {"homeassistant.local", "homeassistant.local:8123", "http://", "*",
                              "http://house/", "http://*.house", "http://house; script-src *",
                              "http://me@house", "ftp://house", "http://house?a", "",
                              "http://house:", "http://[2001:db8::1]:8123" /* none for browsers */})
        EXPECT_EQ(refusal(page(wrong)), "cameras.toml:2: page.shown_in: expected origins such as "
                                        "\"http://homeassistant.local:8123\", got '" +
                                            std::string(wrong) + "'");
}

TEST(WatchConfig, CertificatesAreThoseOfAFileAndACameraThatShowsSome)
{
    const TemporaryFolder folder;
    const std::string pem = (folder.path() / "door.pem").string();
    const auto camera = [&](const std::string &uri) {
        return "[[camera]]\nname = \"door\"\nuri = \"" + uri + "\"\nca_file = \"" + pem + "\"\n";
    };
    const std::string place = "cameras.toml:4: camera.ca_file: ";
    EXPECT_EQ(refusal(camera("rtsps://door/main"), Error::Kind::NotFound).substr(0, place.size()),
              place);
    folder.write("door.pem", "a key\n");
    EXPECT_EQ(refusal(camera("rtsps://door/main")),
              place + "'" + pem + "' holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    folder.write("door.pem", "-----BEGIN CERTIFICATE-----\n");
    EXPECT_EQ(refusal(camera("rtsp://door/main")),
              place +
                  "certificates are for a camera of rtsps://... or https://..., got 'rtsp'; take "
                  "ca_file out");
    EXPECT_EQ(read(camera("RTSPS://door/main")).cameras[0].ca_file, pem);
    EXPECT_EQ(read(camera("rtsps://door/main")).cameras[0].ca_file, pem);
}

} // namespace fovea::test
