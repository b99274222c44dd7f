// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <libsoup/soup.h>

#include "../lib/temporary_folder.h"
#include "service/page/web_server.h"

namespace fovea::test {

class MadeSource final : public PageSource
{
public:
    Json cameras() override { return Json::array({{{"name", "door"}, {"up", true}}}); }

    Json state() override { return {{"unkept", "disk is full"}}; }

    Json alarms(TimeSpan utc, std::size_t most) override
    {
        asked = utc;
        asked_most = most;
        return Json::array();
    }

    bool judge(std::int64_t alarm, const std::string &verdict) override
    {
        if (alarm != 7)
            return false;
        judged = verdict;
        return true;
    }

    std::optional<std::vector<std::uint8_t>> picture(const std::string &camera) override
    {
        if (camera != "door")
            return std::nullopt;
        return std::vector<std::uint8_t>{0xff, 0xd8, 0xff};
    }

    std::optional<std::filesystem::path> evidence(std::int64_t alarm, Evidence which) override
    {
        return alarm == 7 ? std::optional(files.at(which)) : std::nullopt;
    }

    std::string metrics() override { return "fovea_cameras 1\n"; }

    bool healthy() override { return good; }

    TimeSpan asked;
    std::size_t asked_most = 0;
    std::string judged = "-";
    std::map<Evidence, std::filesystem::path> files;
    bool good = true;
};

struct Reply {
    guint status = 0;
    std::string body;
    std::map<std::string, std::string> headers;
};

class WebServing : public testing::Test
{
protected:
    ~WebServing() override { g_object_unref(session_); }

    void serve(PageConfig config = {})
    {
        config.port = 0;
        server_ = std::make_unique<WebServer>(config, &source_);
    }

    Reply ask(const std::string &method, const std::string &path,
              const std::vector<std::pair<std::string, std::string>> &headers = {},
              const std::string &body = "", const char *type = "application/json")
    {
        const std::string base = server_->address();
        g_autoptr(SoupMessage) message =
            soup_message_new(method.c_str(), (base.substr(0, base.size() - 1) + path).c_str());
        soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT);
        g_signal_connect(message, "accept-certificate", G_CALLBACK(+[] { return TRUE; }), nullptr);
        for (const auto &[name, value] : headers)
            soup_message_headers_replace(soup_message_get_request_headers(message), name.c_str(),
                                         value.c_str());
        if (!body.empty()) {
            g_autoptr(GBytes) bytes = g_bytes_new(body.data(), body.size());
            soup_message_set_request_body_from_bytes(message, type, bytes);
        }

        struct Waiting {
            GBytes *bytes = nullptr;
            bool done = false;
        } waiting;

        soup_session_send_and_read_async(
            session_, message, G_PRIORITY_DEFAULT, nullptr,
            [](GObject *session, GAsyncResult *result, gpointer data) {
                auto *one = static_cast<Waiting *>(data);
                one->bytes =
                    soup_session_send_and_read_finish(SOUP_SESSION(session), result, nullptr);
                one->done = true;
            },
            &waiting);
        while (!waiting.done)
            g_main_context_iteration(nullptr, TRUE);
        Reply reply;
        reply.status = soup_message_get_status(message);
        if (waiting.bytes != nullptr) {
            gsize size = 0;
            const auto *data = static_cast<const char *>(g_bytes_get_data(waiting.bytes, &size));
            if (data != nullptr)
                reply.body.assign(data, size);
            g_bytes_unref(waiting.bytes);
        }
        soup_message_headers_foreach(
            soup_message_get_response_headers(message),
            [](const char *name, const char *value, gpointer map) {
                (*static_cast<std::map<std::string, std::string> *>(map))[name] = value;
            },
            &reply.headers);
        return reply;
    }

    Reply get(const std::string &path) { return ask("GET", path); }

    const TemporaryFolder folder_;
    MadeSource source_;
    SoupSession *session_ = soup_session_new();
    std::unique_ptr<WebServer> server_;
};

} // namespace fovea::test
