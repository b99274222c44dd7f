// SPDX-License-Identifier: MIT
#include "media/download.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <libsoup/soup.h>
#include <unistd.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/growing_pause.h"
#include "fovea/core/named_thread.h"
#include "fovea/publish/retry_after.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/web_video.h"
#include "interrupt.h"

namespace fovea {

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned stalls_after_s = 15; // without a byte
constexpr std::size_t block = std::size_t{1} << 20U;
constexpr std::chrono::milliseconds looks_at_interrupt(100);
constexpr GrowingPause::Limits pauses = {std::chrono::seconds(1), std::chrono::seconds(30), 0.2};
constexpr std::array<unsigned, 3> passing = {408, 425, 429}; // and 5xx

Error refused(const std::filesystem::path &video, const std::string &what)
{
    return {Error::Kind::NotFound, "'" + video.string() + "' " + what};
}

/** Ctrl-C ends what waits for the server */
class CancelledByInterrupt
{
public:
    CancelledByInterrupt() : watch_(named_thread("fovea-interrupt", [this] { wait(); })) {}

    ~CancelledByInterrupt()
    {
        done_ = true;
        watch_.join();
        g_object_unref(cancel_);
    }

    CancelledByInterrupt(const CancelledByInterrupt &) = delete;
    CancelledByInterrupt &operator=(const CancelledByInterrupt &) = delete;

    GCancellable *get() const { return cancel_; }

private:
    void wait()
    {
        while (!done_) {
            if (interrupted())
                g_cancellable_cancel(cancel_);
            std::this_thread::sleep_for(looks_at_interrupt);
        }
    }

    GCancellable *cancel_ = g_cancellable_new();
    std::atomic<bool> done_ = false;
    std::thread watch_; ///< behind what it reads
};

/** \brief What tells one state of a file from another; empty where the server does not say it */
struct FileState {
    std::string tag;
    std::string changed; ///< when

    /** \brief What a server may be asked to compare; empty: nothing */
    const std::string &validator() const
    {
        return !tag.empty() && tag[0] == '"' ? tag : changed; // a weak tag does not tell bytes
    }
};

FileState state_of(SoupMessageHeaders *headers)
{
    const auto text = [&](const char *name) -> std::string {
        const char *value = soup_message_headers_get_one(headers, name);
        return value != nullptr ? value : "";
    };
    return {text("ETag"), text("Last-Modified")};
}

bool are_told_apart(const FileState &a, const FileState &b)
{
    const auto differ = [](const std::string &one, const std::string &two) {
        return !one.empty() && !two.empty() && one != two;
    };
    return differ(a.tag, b.tag) || differ(a.changed, b.changed);
}

/** \brief What went wrong; libsoup's own words may hold an address */
std::string words_of(const GError *error)
{
    if (error->domain != SOUP_SESSION_ERROR)
        return error->message;
    switch (error->code) {
    case SOUP_SESSION_ERROR_PARSING:
    case SOUP_SESSION_ERROR_ENCODING:
        return "its server's answer is no HTTP";
    case SOUP_SESSION_ERROR_TOO_MANY_REDIRECTS:
        return "its server redirects without end";
    case SOUP_SESSION_ERROR_REDIRECT_NO_LOCATION:
    case SOUP_SESSION_ERROR_REDIRECT_BAD_URI:
        return "its server redirects to what is no address of HTTP";
    default:
        return "it cannot be asked for";
    }
}

/** \brief What is wrong with a server's certificate; empty: nothing that is known */
std::string words_of_certificate(SoupMessage *message)
{
    const GTlsCertificateFlags errors = soup_message_get_tls_peer_certificate_errors(message);
    if ((errors & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
        return "its server's certificate is signed by no authority that this system trusts; one of "
               "your own is made known by update-ca-certificates";
    if ((errors & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
        return "its server's certificate is of another host";
    if ((errors & G_TLS_CERTIFICATE_EXPIRED) != 0)
        return "its server's certificate has expired";
    if ((errors & G_TLS_CERTIFICATE_NOT_ACTIVATED) != 0)
        return "its server's certificate is not valid yet; is this machine's clock right?";
    return errors != 0 ? "its server's certificate is not accepted" : "";
}

/** \brief Whether another try would fail alike */
bool is_lasting(const GError *error)
{
    if (error->domain == G_TLS_ERROR)
        return error->code == G_TLS_ERROR_BAD_CERTIFICATE || error->code == G_TLS_ERROR_NOT_TLS ||
               error->code == G_TLS_ERROR_CERTIFICATE_REQUIRED ||
               error->code == G_TLS_ERROR_UNAVAILABLE;
    return error->domain == SOUP_SESSION_ERROR && error->code != SOUP_SESSION_ERROR_PARSING &&
           error->code != SOUP_SESSION_ERROR_ENCODING;
}

class Download
{
public:
    Download(const std::filesystem::path &video, const std::filesystem::path &to,
             const DownloadOptions &options)
        : video_(video), to_(to), options_(options)
    {
        file_ = open(to.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        if (file_ < 0)
            throw cannot_write(to, errno);
        uri_ = g_uri_parse(whole_address(video).c_str(),
                           static_cast<GUriFlags>(SOUP_HTTP_URI_FLAGS), nullptr);
        if (uri_ == nullptr) {
            close(file_);
            throw Error(Error::Kind::Settings, "'" + video.string() + "': is no address of HTTP");
        }
        session_ = soup_session_new_with_options("timeout", stalls_after_s, "user-agent", "fovea",
                                                 nullptr);
        // Ranges are of the bytes as they lie on the server
        soup_session_remove_feature_by_type(session_, SOUP_TYPE_CONTENT_DECODER);
    }

    ~Download()
    {
        g_object_unref(session_);
        g_uri_unref(uri_);
        close(file_);
    }

    Download(const Download &) = delete;
    Download &operator=(const Download &) = delete;

    void run();

private:
    bool attempt();
    SoupMessage *request() const;
    bool begin(SoupMessage *message);
    void check_answer(SoupMessage *message, const std::string &answer) const;
    void check_room() const;
    void begin_anew();
    bool receive(GInputStream *body);
    bool failed(const GError *error, const std::string &cause);

    const std::filesystem::path &video_;
    const std::filesystem::path &to_;
    const DownloadOptions &options_;
    int file_ = -1;
    GUri *uri_ = nullptr;
    SoupSession *session_ = nullptr;
    CancelledByInterrupt cancel_;
    goffset have_ = 0;              ///< bytes in the file
    goffset best_ = 0;              ///< of all tries, also where they begin anew
    goffset total_ = -1;            ///< of the whole; -1: not said
    FileState state_;               ///< of the file that have_ is of
    Clock::time_point came_;        ///< when the last byte did
    std::string cause_;             ///< why the last try failed
    std::chrono::seconds asked_{0}; ///< a pause, by the server
};

SoupMessage *Download::request() const
{
    SoupMessage *message = soup_message_new_from_uri("GET", uri_);
    SoupMessageHeaders *headers = soup_message_get_request_headers(message);
    soup_message_headers_append(headers, "Accept-Encoding", "identity");
    if (have_ > 0) {
        soup_message_headers_set_range(headers, have_, -1);
        soup_message_headers_append(headers, "If-Range", state_.validator().c_str());
    }
    return message;
}

bool Download::failed(const GError *error, const std::string &cause)
{
    if (interrupted())
        throw Interrupted();
    cause_ = cause.empty() ? words_of(error) : cause;
    if (is_lasting(error))
        throw refused(video_, "could not be downloaded: " + cause_);
    return false;
}

/** \throw Error where the server refuses, or has no file */
void Download::check_answer(SoupMessage *message, const std::string &answer) const
{
    const unsigned status = soup_message_get_status(message);
    if (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_GONE)
        throw refused(video_, "is not there: the server answers " + answer);
    if (status != SOUP_STATUS_OK && status != SOUP_STATUS_PARTIAL_CONTENT)
        throw refused(video_, "cannot be read: the server answers " + answer +
                                  (status == SOUP_STATUS_FORBIDDEN
                                       ? "; is its signature of now, and for reading?"
                                       : ""));
    const char *type =
        soup_message_headers_get_content_type(soup_message_get_response_headers(message), nullptr);
    if (type != nullptr && g_ascii_strcasecmp(type, "multipart/x-mixed-replace") == 0)
        throw refused(video_,
                      "is a camera's stream of pictures, which has no end; expected a file: "
                      "foveacamera plays a camera, see pipelines/live.sh");
}

/** \throw Error where what is left of it does not fit on the disk */
void Download::check_room() const
{
    std::error_code error;
    const auto room = std::filesystem::space(to_.parent_path(), error);
    if (!error && total_ > have_ && static_cast<std::uintmax_t>(total_ - have_) > room.available)
        throw refused(video_, formatted("has %lld bytes, more than are free in '",
                                        static_cast<long long>(total_)) +
                                  to_.parent_path().parent_path().string() +
                                  "'; make room, or give another --out");
}

void Download::begin_anew()
{
    have_ = 0;
    total_ = -1;
    state_ = {};
}

/** Looks at the answer's head, and makes the file end where its bytes begin \return false: another try */
bool Download::begin(SoupMessage *message)
{
    const unsigned status = soup_message_get_status(message);
    SoupMessageHeaders *headers = soup_message_get_response_headers(message);
    const std::string answer =
        std::to_string(status) + " " + soup_message_get_reason_phrase(message);
    if (status >= 500 || std::find(passing.begin(), passing.end(), status) != passing.end()) {
        cause_ = "the server answers " + answer;
        asked_ = asked_pause(message);
        return false;
    }
    goffset first = 0;
    goffset last = 0;
    goffset total = -1;
    const bool is_rest =
        status == SOUP_STATUS_PARTIAL_CONTENT &&
        soup_message_headers_get_content_range(headers, &first, &last, &total) != FALSE &&
        first == have_ && (total_ < 0 ? total >= 0 : total < 0 || total == total_) &&
        !are_told_apart(state_, state_of(headers));
    const bool is_part = status == SOUP_STATUS_PARTIAL_CONTENT ||
                         status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE;
    if (is_part && !is_rest && have_ > 0) { // the file became another one
        cause_ =
            "the server answers " + answer + " to what is left of it, which is of another file";
        begin_anew();
        return false;
    }
    check_answer(message, answer);
    if (is_rest) {
        total_ = std::max(total_, total);
    } else if (is_part) { // though the whole was asked for
        throw refused(video_, "cannot be read: the server answers " + answer + " to no range");
    } else {
        have_ = 0;
        total_ = soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CONTENT_LENGTH
                     ? soup_message_headers_get_content_length(headers)
                     : -1;
    }
    if (have_ == 0)
        state_ = state_of(headers);
    check_room();
    return true;
}

/** \return false: it broke off */
bool Download::receive(GInputStream *body)
{
    if (ftruncate(file_, have_) != 0 || lseek(file_, have_, SEEK_SET) != have_)
        throw cannot_write(to_, errno);
    std::string bytes(block, '\0');
    for (;;) {
        g_autoptr(GError) error = nullptr;
        const gssize got =
            g_input_stream_read(body, bytes.data(), bytes.size(), cancel_.get(), &error);
        if (got < 0)
            return failed(error, "");
        if (got == 0)
            break;
        if (const int cause = write_fully(
                file_, std::string_view(bytes).substr(0, static_cast<std::size_t>(got))))
            throw cannot_write(to_, cause);
        have_ += got;
        came_ = Clock::now();
    }
    if (total_ < 0 || have_ == total_)
        return true;
    cause_ = formatted("it broke off after %lld of %lld bytes", static_cast<long long>(have_),
                       static_cast<long long>(total_));
    return false;
}

/** \return false: another try may do it */
bool Download::attempt()
{
    asked_ = std::chrono::seconds(0);
    g_autoptr(SoupMessage) message = request();
    g_autoptr(GError) error = nullptr;
    g_autoptr(GInputStream) body = soup_session_send(session_, message, cancel_.get(), &error);
    if (body == nullptr)
        return failed(error, words_of_certificate(message));
    return begin(message) && receive(body);
}

void Download::run()
{
    GrowingPause pause(pauses);
    Clock::duration idle{0}; // without a byte, since one more than ever came
    for (auto begin = Clock::now(); !attempt(); begin = Clock::now()) {
        if (have_ > best_) {
            best_ = have_;
            idle = Clock::duration{0};
            pause.reset();
        }
        if (state_.validator().empty())
            begin_anew(); // nothing would tell that the rest is of the same file
        idle += Clock::now() - std::max(begin, came_);
        const auto wait = std::min<Clock::duration>(
            std::max<std::chrono::milliseconds>(pause.next(), asked_), options_.patience - idle);
        if (wait <= Clock::duration{0})
            throw refused(video_,
                          "could not be downloaded: " + cause_ +
                              formatted(", and nothing more came within %lld s (--patience)",
                                        static_cast<long long>(options_.patience.count())));
        if (options_.told)
            options_.told("is asked for again in " +
                          formatted("%.0f s: ", std::chrono::duration<double>(wait).count()) +
                          cause_);
        for (const auto end = Clock::now() + wait; Clock::now() < end;) {
            if (interrupted())
                throw Interrupted();
            std::this_thread::sleep_for(looks_at_interrupt);
        }
        idle += wait;
    }
}

} // namespace

void download(const std::filesystem::path &video, const std::filesystem::path &to,
              const DownloadOptions &options)
{
    Download(video, to, options).run();
}

} // namespace fovea
