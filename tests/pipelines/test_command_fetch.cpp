// SPDX-License-Identifier: MIT
#include <chrono>
#include <csignal>
#include <thread>

#include "broken_model.h"
#include "fovea/core/json.h"

namespace fs = std::filesystem;
using fovea::Json;
using fovea_test::BrokenModel;
using fovea_test::CommandRun;
using fovea_test::lines;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::run_program;
using fovea_test::sha256_of;
using fovea_test::write_text;

TEST_F(BrokenModel, FetchBringsWeightsFromAFolderAndChecksThem)
{
    fs::create_directories(at("depot"));
    fs::rename(weights(), at("depot/watch.pt"));
    EXPECT_NE(run_fovea({"models", "list"}, environment()).out.find("missing"), std::string::npos);

    const CommandRun run =
        run_fovea({"models", "fetch", "watch", "--from", at("depot").string()}, environment());
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(fs::exists(at("cache/models/watch/watch.pt")));
    EXPECT_EQ(label({"--model", "watch", at("ball.mp4").string()}, environment()).exit_code, 0);
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
        for (int i = 0; i < 600 && port_.empty(); ++i) {
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
    EXPECT_EQ(label({"--model", "watch", at("ball.mp4").string()}, environment()).exit_code, 0);
}

/* curl is told to give up after 30 s below 1 kB a second; the one that the test has in its place does after two */
TEST_F(BrokenModel, FetchGivesUpAServerThatStalls)
{
    fs::create_directories(at("bin"));
    write_text(at("bin/curl"), "#!/bin/sh\necho \"$*\" >'" + at("told").string() +
                                   "'\nPATH=${PATH#*:}\nfor word; do shift; [ \"$last $word\" != "
                                   "'--speed-time 30' ] || word=2; last=$word; set -- \"$@\" "
                                   "\"$word\"; done\nexec curl \"$@\"\n");
    fs::permissions(at("bin/curl"), fs::perms::owner_all);
    std::map<std::string, std::string> impatient = environment();
    impatient["PATH"] = at("bin").string() + ":" + std::getenv("PATH");
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
    const CommandRun run = run_fovea({"models", "fetch", "watch"}, impatient);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("could not be downloaded"), std::string::npos) << run.err;
    EXPECT_NE(read_text(at("told")).find(" --speed-limit 1000 --speed-time 30 "),
              std::string::npos);
    EXPECT_GT(took.count(), 1.5);
    EXPECT_LT(took.count(), 90);
    EXPECT_FALSE(fs::exists(at("cache/models/watch/watch.pt")));
}
