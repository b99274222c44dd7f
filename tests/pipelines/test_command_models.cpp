// SPDX-License-Identifier: MIT
#include <chrono>
#include <csignal>
#include <thread>

#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "command_test.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/engine/onednn/onednn_network.h"
#include "fovea/nn/backbone.h"

namespace fs = std::filesystem;
using fovea::Json;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::cut;
using fovea_test::lines;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::run_program;
using fovea_test::write_text;

namespace {

/* A copy of the default bundle that a test may break; the cache is empty. */
class BrokenModel : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        fs::create_directories(at("models"));
        for (fs::path models : folders(std::getenv("FOVEA_MODEL_PATH")))
            if (fs::exists(models / "watch" / "card.json"))
                fs::copy(models / "watch", at("models/watch"), fs::copy_options::recursive);
        ASSERT_TRUE(fs::exists(card())) << "the bundle 'watch' is not on FOVEA_MODEL_PATH";
        ball(at("ball.mp4"), 30);
    }

    fs::path card() const { return at("models/watch/card.json"); }

    fs::path weights() const { return at("models/watch/watch.pt"); }

    std::map<std::string, std::string> environment() const
    {
        return {{"FOVEA_MODEL_PATH", at("models").string()}, {"FOVEA_CACHE", at("cache").string()}};
    }

    void replace_in_card(const std::string &text, const std::string &by) const
    {
        std::string content = read_text(card());
        const auto place = content.find(text);
        ASSERT_NE(place, std::string::npos) << text;
        write_text(card(), content.replace(place, text.size(), by));
    }

    /* One line that names what is wrong; nothing written. */
    void refuses(const std::string &named, const std::string &reason) const
    {
        const CommandRun run = label({at("ball.mp4").string()}, environment());
        EXPECT_EQ(run.exit_code, 1);
        EXPECT_EQ(lines(run.err), 1) << run.err;
        EXPECT_NE(run.err.find(named), std::string::npos) << run.err;
        EXPECT_NE(run.err.find(reason), std::string::npos) << run.err;
        EXPECT_FALSE(fs::exists(at("ball.mp4.fovea")));
    }

private:
    static std::vector<fs::path> folders(const char *path)
    {
        std::vector<fs::path> result;
        std::stringstream stream(path != nullptr ? path : "");
        for (std::string folder; std::getline(stream, folder, ':');)
            result.emplace_back(folder);
        return result;
    }
};

std::string sha256_of(const fs::path &file)
{
    return run_program({"sha256sum", file.string()}).out.substr(0, 64);
}

} // namespace

TEST_F(BrokenModel, OneBadCardDoesNotStopTheList)
{
    fs::create_directories(at("models/a-deep"));
    write_text(at("models/a-deep/card.json"),
               "{\"title\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
    const CommandRun run = run_fovea({"models", "list"}, environment());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.out.find("is nested deeper than 64 at title[0]"), std::string::npos) << run.out;
    EXPECT_NE(run.out.find("\nwatch "), std::string::npos) << run.out;
    for (const CommandRun &other :
         {run_fovea({"models", "verify", "a-deep"}, environment()),
          label({"--model", "a-deep", at("ball.mp4").string()}, environment())}) {
        EXPECT_EQ(other.exit_code, 1);
        EXPECT_NE((other.out + other.err).find("is nested deeper than 64"), std::string::npos)
            << other.out << other.err;
    }
}

TEST_F(BrokenModel, WhatACardSaysReachesTheTerminalWithoutEscapeCodes)
{
    Json loud = fovea::read_json(card());
    loud["title"] = "\x1B]0;owned\x07 title";
    loud["measured"] = "\x1B[31mred";
    write_text(card(), loud.dump());
    fs::copy(at("models/watch"), at("models/tw\x1B[2Jo"), fs::copy_options::recursive);
    for (const char *word : {"list", "verify"}) {
        const CommandRun run = run_fovea({"models", word}, environment());
        EXPECT_EQ(run.out.find('\x1B'), std::string::npos) << word << run.out;
        EXPECT_EQ(run.out.find('\x07'), std::string::npos) << word << run.out;
        EXPECT_EQ(run.err.find('\x1B'), std::string::npos) << word << run.err;
    }
    EXPECT_NE(run_fovea({"models", "list"}, environment()).out.find("title"), std::string::npos);
}

TEST_F(BrokenModel, WholeCopyWorks)
{
    const CommandRun run = label({at("ball.mp4").string()}, environment());
    EXPECT_EQ(run.exit_code, 0) << run.err;
}

TEST_F(BrokenModel, MissingWeightsAreNamedWithTheRemedy)
{
    fs::remove(weights());
    refuses("watch.pt", "fovea models fetch");
}

TEST_F(BrokenModel, WrongSha256IsToldWithWhatWasExpectedAndGot)
{
    const std::string expected = sha256_of(weights());
    write_text(weights(), read_text(weights()) + "x");
    refuses("watch.pt", expected);
    refuses("watch.pt", sha256_of(weights()));
}

TEST_F(BrokenModel, TruncatedWeightsWithAFittingSha256DoNotLoad)
{
    const std::string before = sha256_of(weights());
    const fs::path half = cut(weights(), 0.5, at("half"));
    fs::rename(half, weights());
    replace_in_card(before, sha256_of(weights()));
    refuses("watch.pt", "");
}

TEST_F(BrokenModel, CardOfAnotherSchemaVersionIsRefused)
{
    replace_in_card("\"schema\": 1", "\"schema\": 99");
    refuses("card.json", "99");
}

TEST_F(BrokenModel, CardWithAMisspeltEntryIsRefused)
{
    replace_in_card("\"architecture\"", "\"architektur\"");
    refuses("card.json", "archite");
}

TEST_F(BrokenModel, UnknownModelIsToldWithThoseThatAreThere)
{
    const CommandRun run = label({at("ball.mp4").string(), "--model", "wotch"}, environment());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("wotch"), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("watch"), std::string::npos) << run.err;
}

TEST_F(BrokenModel, VerifyTellsGoodFromDamagedFiles)
{
    EXPECT_EQ(run_fovea({"models", "verify", "watch"}, environment()).exit_code, 0);
    write_text(weights(), "damaged");
    const CommandRun run = run_fovea({"models", "verify", "watch"}, environment());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.out.find("watch.pt"), std::string::npos) << run.out;
}

TEST_F(BrokenModel, FetchBringsWeightsFromAFolderAndChecksThem)
{
    fs::create_directories(at("depot"));
    fs::rename(weights(), at("depot/watch.pt"));
    EXPECT_NE(run_fovea({"models", "list"}, environment()).out.find("missing"), std::string::npos);

    const CommandRun run =
        run_fovea({"models", "fetch", "watch", "--from", at("depot").string()}, environment());
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(fs::exists(at("cache/models/watch/watch.pt")));
    EXPECT_EQ(label({at("ball.mp4").string()}, environment()).exit_code, 0);
}

TEST_F(BrokenModel, FetchTakesWeightsWhoseSha256TheCardDoesNotKnow)
{
    fs::create_directories(at("depot"));
    fs::rename(weights(), at("depot/watch.pt"));
    const fs::path card = weights().parent_path() / "card.json";
    Json unknown = fovea::read_json(card);
    unknown["files"][0]["sha256"] = "";
    write_text(card, unknown.dump());
    const std::vector<std::string> fetch = {"models", "fetch", "watch", "--from",
                                            at("depot").string()};
    const CommandRun run = run_fovea(fetch, environment());
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(fs::exists(at("cache/models/watch/watch.pt")));

    fs::remove(at("depot/watch.pt"));
    fs::remove(at("cache/models/watch/watch.pt"));
    const CommandRun gone = run_fovea(fetch, environment());
    EXPECT_EQ(gone.exit_code, 1);
    EXPECT_NE(gone.err.find(at("depot/watch.pt").string() + "' is not there"), std::string::npos)
        << gone.err;
}

TEST_F(BrokenModel, FetchLeavesNothingWhenTheSha256IsWrong)
{
    fs::create_directories(at("depot"));
    fs::remove(weights());
    write_text(at("depot/watch.pt"), "something else");
    const CommandRun run =
        run_fovea({"models", "fetch", "watch", "--from", at("depot").string()}, environment());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("SHA-256"), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(at("cache/models/watch")));
}

TEST_F(BrokenModel, FetchSpeaksHttpOnlyWhereTheSha256SaysWhatMustCome)
{
    fs::remove(weights());
    const fs::path card = weights().parent_path() / "card.json";
    Json published = fovea::read_json(card);
    const std::string known = published["files"][0]["sha256"];
    const auto fetch = [&](const std::string &url, const std::string &sha256) {
        published["files"][0]["url"] = url;
        published["files"][0]["sha256"] = sha256;
        write_text(card, published.dump());
        const CommandRun run = run_fovea({"models", "fetch", "watch"}, environment());
        EXPECT_EQ(run.exit_code, 1) << url;
        return run.err;
    };
    EXPECT_NE(fetch("http://127.0.0.1:9/watch.pt", "").find("expected https"), std::string::npos);
    EXPECT_NE(fetch("--output=x", "").find("expected https"), std::string::npos);
    EXPECT_NE(fetch("http://127.0.0.1:9/{a,b}[1-9]", known).find("could not be downloaded"),
              std::string::npos);

    const fs::path local = at("local.pt"); // curl would read it
    write_text(local, "weights");
    EXPECT_NE(fetch("file://" + local.string(), sha256_of(local)).find("could not be downloaded"),
              std::string::npos);
    EXPECT_FALSE(fs::exists(at("cache/models/watch")));
}

namespace {

/** \brief A server on this machine, in Python, until it goes; it writes its port into a file */
class LocalServer
{
public:
    LocalServer(const fs::path &folder, const std::string &script)
    {
        write_text(folder / "server.py", script);
        const fs::path port_file = folder / "port";
        process_ = std::stoi(run_program({"sh", "-c",
                                          "cd '" + folder.string() +
                                              "' && python3 server.py >/dev/null 2>&1 & echo $!"})
                                 .out);
        for (int i = 0; i < 200 && port_.empty(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            if (fs::exists(port_file))
                port_ = read_text(port_file);
        }
        EXPECT_FALSE(port_.empty()) << "the server does not start";
    }

    ~LocalServer() { kill(process_, SIGKILL); }

    LocalServer(const LocalServer &) = delete;
    LocalServer &operator=(const LocalServer &) = delete;

    const std::string &port() const { return port_; }

private:
    pid_t process_ = 0;
    std::string port_;
};

constexpr const char *tell_port = R"(
import os
with open('port.part', 'w') as file: file.write(str(server.server_address[1]))
os.rename('port.part', 'port')
server.serve_forever()
)";

} // namespace

/* As i3d-kinetics400: published at an address, with no SHA-256 in its card */
TEST_F(BrokenModel, FetchOverHttpsWithoutASha256SaysThatNothingWasChecked)
{
    fs::create_directories(at("site"));
    fs::rename(weights(), at("site/published.pt"));
    ASSERT_EQ(
        run_program({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                     at("site/key.pem").string(), "-out", at("site/cert.pem").string(), "-days",
                     "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"})
            .exit_code,
        0);
    const LocalServer server(at("site"), std::string(R"(
import http.server, ssl
server = http.server.ThreadingHTTPServer(('localhost', 0), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('cert.pem', 'key.pem')
server.socket = context.wrap_socket(server.socket, server_side=True)
)") + tell_port);
    Json published = fovea::read_json(card());
    published["files"][0]["url"] = "https://localhost:" + server.port() + "/published.pt";
    published["files"][0]["sha256"] = "";
    write_text(card(), published.dump());

    const CommandRun stranger = run_fovea({"models", "fetch", "watch"}, environment());
    EXPECT_EQ(stranger.exit_code, 1) << "nobody vouches for its certificate";
    EXPECT_FALSE(fs::exists(at("cache/models/watch/watch.pt")));

    auto trusting = environment();
    trusting["CURL_CA_BUNDLE"] = at("site/cert.pem").string();
    const CommandRun run = run_fovea({"models", "fetch", "watch"}, trusting);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("not checked, its card has no SHA-256"), std::string::npos) << run.out;
    EXPECT_EQ(label({at("ball.mp4").string()}, environment()).exit_code, 0);
}

/* 30 s below 1 kB a second */
TEST_F(BrokenModel, FetchGivesUpAServerThatStalls)
{
    fs::create_directories(at("site"));
    fs::remove(weights());
    const LocalServer server(at("site"), std::string(R"(
import http.server, time
class Stalls(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', '1000000')
        self.end_headers()
        self.wfile.write(b'weights')
        self.wfile.flush()
        time.sleep(600)
server = http.server.ThreadingHTTPServer(('localhost', 0), Stalls)
)") + tell_port);
    Json published = fovea::read_json(card());
    published["files"][0]["url"] = "http://localhost:" + server.port() + "/watch.pt";
    write_text(card(), published.dump());
    const auto begin = std::chrono::steady_clock::now();
    const CommandRun run = run_fovea({"models", "fetch", "watch"}, environment());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("could not be downloaded"), std::string::npos) << run.err;
    EXPECT_GT(took.count(), 25);
    EXPECT_LT(took.count(), 60);
    EXPECT_FALSE(fs::exists(at("cache/models/watch/watch.pt")));
}

TEST_F(BrokenModel, AFileWithoutASha256IsNotCheckedAndNotGood)
{
    const auto verify = [this] {
        return run_fovea({"models", "verify", "watch"}, environment()).out;
    };
    EXPECT_NE(verify().find("watch.pt: good"), std::string::npos);
    const fs::path card = weights().parent_path() / "card.json";
    Json unknown = fovea::read_json(card);
    unknown["files"][0]["sha256"] = "";
    write_text(card, unknown.dump());
    EXPECT_EQ(verify().find("watch.pt: good"), std::string::npos);
    EXPECT_NE(verify().find("not checked"), std::string::npos);
}

namespace {

class Calibration : public BrokenModel
{
protected:
    void SetUp() override
    {
        BrokenModel::SetUp();
        if (!fovea::cpu_has_int8())
            GTEST_SKIP() << "this processor has no avx512_vnni";
        std::string list = "path,label,group,split\n";
        for (int i = 0; i < 4; ++i) {
            const std::string name = "ball" + std::to_string(i) + ".mp4";
            ball(at(name), 70 + 2 * i, 160 + 16 * i, 120);
            list += name + ",normal," + name + (i < 2 ? ",train\n" : ",val\n");
        }
        write_text(at("list.csv"), list);
    }

    CommandRun calibrate() const
    {
        return run_fovea({"models", "calibrate", "--model", "watch", "--detector", "hog", "--list",
                          at("list.csv").string(), "--cache", at("frames").string()},
                         environment());
    }

    CommandRun label_in_int8() const
    {
        return label({"--precision", "int8", at("ball.mp4").string()}, environment());
    }

    fs::path file() const { return at("models/watch/int8.json"); }

    /** \brief Weights of chance: no class is rare, no channel much larger than the others */
    void even_weights() const
    {
        at::manual_seed(1);
        const auto network = fovea::nn::make_backbone("watch", /*classes=*/3);
        fovea::Weights all;
        for (const auto &entry : network->named_parameters())
            all[entry.key()] = entry.value().detach();
        for (const auto &entry : network->named_buffers())
            all[entry.key()] = entry.value();
        write_weights(all);
    }

    /** \brief The same network, written otherwise: a channel 10,000 times as large, its reader as
     * much smaller. Floats do not notice; in 8 bits the other channels are lost */
    void spoil_weights() const
    {
        constexpr double factor = 1e4;
        fovea::Weights all = fovea::read_weights(weights());
        all.at("blocks.0.bn1.weight")[0].mul_(factor);
        all.at("blocks.0.bn1.bias")[0].mul_(factor);
        all.at("blocks.0.spatial2.weight").select(1, 0).div_(factor);
        write_weights(all);
    }

private:
    void write_weights(const fovea::Weights &all) const
    {
        c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
        for (const auto &[name, tensor] : all)
            dict.insert(name, tensor);
        const std::string before = sha256_of(weights());
        const std::vector<char> bytes = torch::jit::pickle_save(dict);
        write_text(weights(), {bytes.begin(), bytes.end()});
        replace_in_card(before, sha256_of(weights()));
    }
};

} // namespace

TEST_F(Calibration, IsMissedWithTheRemedyThenMadeAndUsed)
{
    even_weights();
    const CommandRun without = label_in_int8();
    EXPECT_EQ(without.exit_code, 1);
    EXPECT_EQ(lines(without.err), 1) << without.err;
    EXPECT_NE(without.err.find("fovea models calibrate --model watch --list CLIPS"),
              std::string::npos)
        << without.err;

    const CommandRun made = calibrate();
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE(made.out.find("on 2 held-out clips"), std::string::npos) << made.out;
    const fovea::Json json = fovea::read_json(file());
    EXPECT_EQ(json["weights_sha256"].get<std::string>(), sha256_of(weights()));
    EXPECT_GE(json["held_out"]["cosine"].get<double>(), 0.99);
    EXPECT_EQ(json["held_out"]["clips"].get<int>(), 2);

    const CommandRun with = label_in_int8();
    EXPECT_EQ(with.exit_code, 0) << with.err;
}

TEST_F(Calibration, IsRefusedWithTheFiguresWhereEightBitsSaySomethingElse)
{
    spoil_weights();
    const CommandRun run = calibrate();
    EXPECT_EQ(run.exit_code, 1);
    const auto place = run.err.find("precision 'int8' is refused for model 'watch': cosine ");
    ASSERT_NE(place, std::string::npos) << run.err;
    EXPECT_NE(run.err.find("(least 0.9900), top-1 agreement ", place), std::string::npos)
        << run.err;
    EXPECT_FALSE(fs::exists(file()));
}

TEST_F(Calibration, OfOtherWeightsIsRefused)
{
    even_weights();
    ASSERT_EQ(calibrate().exit_code, 0);
    const std::string calibrated_with = sha256_of(weights());
    spoil_weights();
    const CommandRun run = label_in_int8();
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("is of weights with SHA-256 " + calibrated_with), std::string::npos)
        << run.err;
}

/* As torchvision publishes ResNet-18: names and shapes by hand */
TEST_F(BrokenModel, WeightsOfPicturesBecomeThoseOfAVideoNetwork)
{
    c10::impl::GenericDict pictures(c10::StringType::get(), c10::TensorType::get());
    const auto layer = [&](const std::string &conv, const std::string &bn, std::int64_t in,
                           std::int64_t out, std::int64_t kernel) {
        pictures.insert(conv + ".weight", at::full({out, in, kernel, kernel}, 0.3F));
        for (const char *part : {".weight", ".bias", ".running_mean", ".running_var"})
            pictures.insert(bn + part, at::ones({out}));
        pictures.insert(bn + ".num_batches_tracked", at::zeros({}, at::kLong));
    };
    layer("conv1", "bn1", 3, 64, 7);
    std::int64_t in = 64;
    for (const std::int64_t stage : {1, 2, 3, 4}) {
        const std::int64_t out = std::int64_t{32} << stage;
        for (const std::int64_t block : {0, 1}) {
            const std::string name =
                "layer" + std::to_string(stage) + "." + std::to_string(block) + ".";
            layer(name + "conv1", name + "bn1", in, out, 3);
            layer(name + "conv2", name + "bn2", out, out, 3);
            if (in != out)
                layer(name + "downsample.0", name + "downsample.1", in, out, 1);
            in = out;
        }
    }
    pictures.insert("fc.weight", at::zeros({1000, 512}));
    pictures.insert("fc.bias", at::zeros({1000}));
    const std::vector<char> bytes = torch::jit::pickle_save(pictures);
    write_text(at("resnet18.pth"), {bytes.begin(), bytes.end()});

    const CommandRun made = run_fovea({"models", "convert", at("resnet18.pth"), "--model",
                                       "i3d-resnet18-something", "--out", at("begin")});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE((made.out + made.err).find("written: '"), std::string::npos);
    const Json card = fovea::read_json(at("begin/card.json"));
    EXPECT_EQ(card["head"], "");
    EXPECT_EQ(card["classes"], 174);
    const fovea::Weights weights = fovea::read_weights(at("begin/begin.pt"));
    const at::Tensor &stem = weights.at("conv1.weight");
    ASSERT_EQ(stem.sizes(), (at::IntArrayRef{64, 3, 3, 7, 7}));
    EXPECT_NEAR(stem[0][0][1][0][0].item<float>(), 0.1, 1e-6); // a third of it each time
    EXPECT_EQ(weights.count("fc.weight"), 0U);

    const CommandRun refused = run_fovea({"models", "convert", at("resnet18.pth"), "--model",
                                          "tsm-resnet50-something", "--out", at("none")});
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_EQ(lines(refused.err), 1) << refused.err;
    EXPECT_NE(refused.err.find("resnet18.pth': '"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(at("none")));
}
