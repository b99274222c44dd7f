// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <gio/gio.h>

#include "visitors.h"
#include "watched_camera.h"

namespace fovea::test {

/** \brief Answers RTSP as no camera should; on a thread, one visitor after the other */
class HostileRtsp
{
public:
    HostileRtsp() = default;
    HostileRtsp(const HostileRtsp &) = delete;
    HostileRtsp &operator=(const HostileRtsp &) = delete;

    /** \brief Sends whoever asks for its stream there; before anyone comes */
    void leads_to(const std::string &uri) { elsewhere_ = uri; }

    /** \brief Its answer has no end, but for a visitor's patience; before anyone comes */
    void never_ends() { never_ends_ = true; }

    bool heard_login() const { return heard_login_; }

    bool was_asked() const { return was_asked_; }

    /** \brief Somebody hung up in the answer without end */
    bool was_left() const { return was_left_; }

    std::string uri(const std::string &path = "/main") const
    {
        return "rtsp://127.0.0.1:" + visitors_.port() + path;
    }

private:
    void serve(GIOStream *visitor)
    {
        g_autoptr(GDataInputStream) lines =
            g_data_input_stream_new(g_io_stream_get_input_stream(visitor));
        g_data_input_stream_set_newline_type(lines, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
        std::string request;
        while (gchar *line =
                   g_data_input_stream_read_line(lines, nullptr, visitors_.stop(), nullptr)) {
            request += std::string(line) + "\n";
            const bool is_whole = *line == '\0';
            g_free(line);
            if (is_whole && !answer(visitor, std::exchange(request, "")))
                break;
        }
    }

    bool answer(GIOStream *visitor, const std::string &request)
    {
        was_asked_ = true;
        if (request.find("Authorization:") != std::string::npos)
            heard_login_ = true;
        const std::size_t number = request.find("CSeq:");
        const std::string cseq = request.substr(number, request.find('\n', number) - number);
        if (request.rfind("OPTIONS", 0) == 0)
            return send(visitor, "200 OK", cseq, "Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n");
        const bool is_there = request.find(" " + elsewhere_ + " ") != std::string::npos;
        if (!elsewhere_.empty() && !is_there)
            return send(visitor, "302 Moved", cseq, "Location: " + elsewhere_ + "\r\n");
        if (!never_ends_)
            return send(visitor, "401 Unauthorized", cseq,
                        "WWW-Authenticate: Basic realm=\"door\"\r\n");
        if (!send(visitor, "200 OK", cseq,
                  "Content-Type: application/sdp\r\nContent-Length: 400000000\r\n"))
            return false;
        const std::string some(100'000, '\n');
        const auto end = std::chrono::steady_clock::now() + 2 * patience; // so that a hang is told
        while (std::chrono::steady_clock::now() < end) {
            if (!write(visitor, some)) {
                was_left_ = true;
                break;
            }
            std::this_thread::sleep_for(100ms); // what is said to come outlasts a hang
        }
        return false;
    }

    bool send(GIOStream *visitor, const std::string &status, const std::string &cseq,
              const std::string &headers)
    {
        return write(visitor, "RTSP/1.0 " + status + "\r\n" + cseq + "\r\n" + headers + "\r\n");
    }

    bool write(GIOStream *visitor, const std::string &bytes)
    {
        return g_output_stream_write_all(g_io_stream_get_output_stream(visitor), bytes.data(),
                                         bytes.size(), nullptr, visitors_.stop(), nullptr) != FALSE;
    }

    std::string elsewhere_; ///< empty: it answers itself
    bool never_ends_ = false;
    std::atomic<bool> was_asked_{false};
    std::atomic<bool> heard_login_{false};
    std::atomic<bool> was_left_{false};
    Visitors visitors_{[this](GIOStream *visitor) { serve(visitor); }};
};

} // namespace fovea::test
