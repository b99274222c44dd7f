// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <gio/gio.h>

#include "../lib/temporary_folder.h"
#include "visitors.h"
#include "watched_camera.h"

namespace fovea::test {

/** \brief 20 pictures of JPEG as parts, which tell no rate */
inline std::string jpeg_parts()
{
    const TemporaryFolder folder;
    const std::string file =
        made_by("videotestsrc num-buffers=20 pattern=ball ! video/x-raw,width=64,height=48 ! "
                "jpegenc ! multipartmux boundary=part",
                folder.path() / "parts");
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/** \brief A camera that gives pictures of JPEG by HTTP, whose parts tell no rate */
class HttpCamera
{
public:
    /** \param stream what it sends, with multipartmux's boundary `part`, once in a second; then it hangs up */
    explicit HttpCamera(std::string stream) : stream_(std::move(stream)) {}

    HttpCamera(const HttpCamera &) = delete;
    HttpCamera &operator=(const HttpCamera &) = delete;

    /** \brief Speaks TLS, as localhost. \param certificate of PEM, as its \a key */
    void shows(const std::string &certificate, const std::string &key)
    {
        const std::lock_guard lock(mutex_);
        certificate_.reset(
            g_tls_certificate_new_from_files(certificate.c_str(), key.c_str(), nullptr),
            g_object_unref);
        scheme_ = "https";
        host_ = "localhost";
    }

    /** \brief By which uri() names this machine; it listens at all its addresses */
    void is_called(const std::string &host) { host_ = host; }

    /** \brief Refuses whoever does not say `user:password` */
    void asks_for(const std::string &login)
    {
        g_autofree gchar *coded =
            g_base64_encode(reinterpret_cast<const guchar *>(login.data()), login.size());
        const std::lock_guard lock(mutex_);
        expected_ = std::string("Authorization: Basic ") + coded + "\r\n";
    }

    /** \brief Sends whoever comes to another address; a path of its own it serves itself */
    void leads_to(const std::string &uri)
    {
        const std::lock_guard lock(mutex_);
        elsewhere_ = uri;
    }

    /** \brief As a proxy that does not reach whom it is asked for */
    void leads_nowhere() { leads_nowhere_ = true; }

    bool heard_login() const { return heard_login_; }

    std::string uri() const { return scheme_ + "://" + host_ + ":" + visitors_.port() + "/mjpg"; }

private:
    void serve(GIOStream *visitor)
    {
        const auto certificate = copied(certificate_);
        if (certificate == nullptr) {
            answer(visitor);
            return;
        }
        g_autoptr(GIOStream) tls = g_tls_server_connection_new(visitor, certificate.get(), nullptr);
        if (g_tls_connection_handshake(G_TLS_CONNECTION(tls), visitors_.stop(), nullptr) != FALSE)
            answer(tls);
    }

    template <typename T>
    T copied(const T &from)
    {
        const std::lock_guard lock(mutex_);
        return from;
    }

    void answer(GIOStream *visitor)
    {
        char head[4096];
        const gssize got = g_input_stream_read(g_io_stream_get_input_stream(visitor), head,
                                               sizeof(head), visitors_.stop(), nullptr);
        const std::string request(head, static_cast<std::size_t>(std::max<gssize>(got, 0)));
        if (request.find("Authorization:") != std::string::npos)
            heard_login_ = true;
        if (leads_nowhere_) {
            send(visitor, "HTTP/1.0 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        const std::string expected = copied(expected_);
        const std::string elsewhere = copied(elsewhere_);
        const bool is_there = elsewhere[0] == '/' && request.find("GET " + elsewhere + " ") == 0;
        if (!elsewhere.empty() && !is_there) {
            send(visitor,
                 "HTTP/1.0 302 Found\r\nLocation: " + elsewhere + "\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        if (request.find(expected) == std::string::npos) {
            send(visitor, "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"door\"\r\n"
                          "Content-Length: 0\r\n\r\n");
            return;
        }
        constexpr std::size_t parts = 20;
        bool goes_on =
            send(visitor, "HTTP/1.0 200 OK\r\n"
                          "Content-Type: multipart/x-mixed-replace;boundary=part\r\n\r\n");
        for (std::size_t at = 0; goes_on && at < stream_.size(); at += stream_.size() / parts + 1) {
            goes_on = send(visitor, stream_.substr(at, stream_.size() / parts + 1));
            std::this_thread::sleep_for(std::chrono::milliseconds(1000 / parts));
        }
    }

    bool send(GIOStream *visitor, const std::string &bytes)
    {
        return g_output_stream_write_all(g_io_stream_get_output_stream(visitor), bytes.data(),
                                         bytes.size(), nullptr, visitors_.stop(), nullptr) != FALSE;
    }

    std::string stream_;
    std::string scheme_ = "http";
    std::string host_ = "127.0.0.1";
    std::mutex mutex_;                             ///< of what visitors are asked for and told
    std::shared_ptr<GTlsCertificate> certificate_; ///< null: without TLS
    std::string expected_;
    std::string elsewhere_; ///< empty: it answers itself
    std::atomic<bool> leads_nowhere_{false};
    std::atomic<bool> heard_login_{false};
    Visitors visitors_{[this](GIOStream *visitor) { serve(visitor); }};
};

} // namespace fovea::test
