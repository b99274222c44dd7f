// SPDX-License-Identifier: MIT
#include "fovea/publish/spool.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <system_error>

#include <fcntl.h>

#include "fovea/core/descriptor.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/database.h"

namespace fovea {

namespace {

// "fvsp"
const DatabaseSchema schema = {"spool", 0x66767370, {R"(
    CREATE TABLE line (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        key TEXT NOT NULL,
        kind INTEGER NOT NULL,
        label TEXT NOT NULL,
        text TEXT NOT NULL,
        bytes INTEGER NOT NULL);
    CREATE INDEX window ON line (place) WHERE kind = 0;
    )"}};

constexpr std::uint64_t bytes_a_line = 200;
constexpr int max_spools_of_a_name = 100;
constexpr std::uint64_t kept_log = 4
                                   << 20; // bytes: what a longer one took of the disk is given back

/* What lines say of people is for nobody else: a folder that is made here is closed to others, and so is the file */
void make_closed(const std::filesystem::path &asked)
{
    const auto folder = asked.has_filename() ? asked : asked.parent_path(); // of "folder/"
    std::error_code failed;
    if (folder.has_parent_path())
        std::filesystem::create_directories(folder.parent_path(), failed);
    if (failed)
        throw cannot_write(folder, failed.value());
    if (mkdir(folder.c_str(), S_IRWXU) != 0 && !std::filesystem::is_directory(folder, failed))
        throw cannot_write(folder, failed ? failed.value() : ENOTDIR);
}

/* SQLite makes its others as this one is. Where it cannot be made, SQLite says why */
void make_closed_file(const std::filesystem::path &file)
{
    constexpr int as_new = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    const Descriptor made(::open(file.c_str(), as_new, S_IRUSR | S_IWUSR));
}

std::string numbered(const std::string &name, int number)
{
    return number == 1 ? name : name + "-" + std::to_string(number);
}

std::filesystem::path lock_of(const std::filesystem::path &folder, const std::string &name)
{
    return folder / (name + ".lock");
}

/* Whether it is the spool of one more of a name that is in use */
bool is_further(const std::filesystem::path &file)
{
    const std::string whole = file.stem().string();
    const std::string name = whole.substr(0, whole.rfind('-'));
    for (int number = 2; number <= max_spools_of_a_name; ++number)
        if (whole == numbered(name, number))
            return !LockFile::holder_of(lock_of(file.parent_path(), name)).empty();
    return false;
}

/** \throw DatabaseError where a part is damaged, as after a power cut: else that came up as it is sent, each time anew */
void check_whole(Database &database)
{
    Statement check(database, "PRAGMA quick_check(1)");
    check.step();
    if (const std::string found = check.text(0); found != "ok")
        throw DatabaseError(Error::Kind::Settings,
                            "database '" + database.file().string() +
                                "': " + found.substr(found.rfind('\n') + 1),
                            /*broken=*/true); // above that line it says which database
}

std::uint64_t bytes_of(const Message &message)
{
    return message.text.size() + message.id.size() + message.key.size() + message.label.size() +
           bytes_a_line;
}

} // namespace

struct Spool::Statements {
    Statements(Database &in, Database &out)
        : add(in, "INSERT INTO line (id, key, kind, label, text, bytes, place) VALUES (?, ?, ?, ?, "
                  "?, ?, ?)"),
          oldest_window(in, "SELECT place, bytes FROM line WHERE kind = 0 ORDER BY place LIMIT 1"),
          oldest(in, "SELECT place, bytes FROM line ORDER BY place LIMIT 1"),
          drop(in, "DELETE FROM line WHERE place = ?"),
          front(out, "SELECT place, id, key, kind, label, text FROM line ORDER BY place LIMIT ?"),
          remove(out, "DELETE FROM line WHERE place = ? RETURNING bytes")
    {
    }

    Statement add;
    Statement oldest_window;
    Statement oldest;
    Statement drop;
    Statement front;
    Statement remove;
};

static_assert(static_cast<int>(Message::Kind::Window) == 0, "oldest_window's SQL says so");

Spool::Spool(const std::filesystem::path &folder, const std::string &name, std::uint64_t max_bytes)
    : max_bytes_(max_bytes)
{
    make_closed(folder);
    lock(folder, name);
    open();
}

Spool::~Spool() = default;

void Spool::lock(const std::filesystem::path &folder, const std::string &name)
{
    for (int number = 1; number <= max_spools_of_a_name; ++number) {
        const std::string one = numbered(name, number);
        const std::filesystem::path file = lock_of(folder, one);
        lock_.emplace(file, 0600);
        if (lock_->is_held()) {
            file_ = folder / (one + ".db");
            return;
        }
        if (lock_->holder().empty())
            throw cannot_write(file, lock_->cause());
    }
    throw Error(Error::Kind::CannotWrite, "spool '" + (folder / name).string() +
                                              "': " + std::to_string(max_spools_of_a_name) +
                                              " of that name are in use; name another folder");
}

void Spool::open()
{
    try {
        open_file();
    } catch (const DatabaseError &error) {
        if (!error.broken())
            throw;
        renew(error);
    }
}

void Spool::renew(const DatabaseError &damage)
{
    statements_.reset();
    out_.reset();
    in_.reset();
    lines_ = bytes_ = 0;
    std::error_code none;
    if (std::filesystem::exists(file_, none))
        trouble_ = damage.cause() + ": put aside as '" + put_aside(file_).string() + "'";
    open_file();
}

Spool::Statements &Spool::statements()
{
    if (statements_ == nullptr)
        throw DatabaseError(Error::Kind::CannotWrite,
                            "spool '" + file_.string() + "' could not be made anew",
                            /*broken=*/false);
    return *statements_;
}

void Spool::open_file()
{
    make_closed_file(file_);
    in_ = std::make_unique<Database>(file_, schema, Database::Access::Write);
    check_whole(*in_);
    out_ = std::make_unique<Database>(file_, schema, Database::Access::Write);
    for (Database *database : {in_.get(), out_.get()}) {
        database->execute("PRAGMA wal_autocheckpoint = 0"); // it waits for the disk: tidy() does it
        database->execute(("PRAGMA journal_size_limit = " + std::to_string(kept_log)).c_str());
        // else the first line of each new log would wait for the disk; tidy() still does
        database->execute("PRAGMA synchronous = OFF");
    }
    statements_ = std::make_unique<Statements>(*in_, *out_);

    Statement all(*out_,
                  "SELECT COUNT(*), COALESCE(SUM(bytes), 0), COALESCE(MAX(place), 0) FROM line");
    all.step();
    lines_ = static_cast<std::uint64_t>(all.integer(0));
    bytes_ = static_cast<std::uint64_t>(all.integer(1));
    last_place_ = last_recovered_ = all.integer(2);
}

Spool::Dropped Spool::make_room(std::uint64_t bytes)
{
    Statements &sql = statements();
    Dropped dropped;
    while (bytes_ - dropped.bytes + bytes > max_bytes_) {
        const bool is_window = sql.oldest_window.step();
        Statement &found = is_window ? sql.oldest_window : sql.oldest;
        if (!is_window && !sql.oldest.step())
            break; // empty: a line that is longer than the bound is taken all the same
        const std::int64_t place = found.integer(0);
        dropped.bytes += static_cast<std::uint64_t>(found.integer(1));
        found.reset();
        sql.drop.bind(1, place).run();
        ++(is_window ? dropped.windows : dropped.alarms);
    }
    return dropped;
}

bool Spool::add(const Message &message)
{
    const std::unique_lock<std::mutex> is_free(settling_, std::try_to_lock);
    if (!is_free)
        return false;
    const std::uint64_t bytes = bytes_of(message);
    const std::lock_guard<std::mutex> lock(writing_);
    Statement &add = statements().add;
    Transaction transaction(*in_);
    const Dropped dropped = make_room(bytes);
    add.bind(1, message.id)
        .bind(2, message.key)
        .bind(3, static_cast<std::int64_t>(message.kind))
        .bind(4, message.label)
        .bind(5, message.text)
        .bind(6, static_cast<std::int64_t>(bytes))
        .bind(7, last_place_ + 1)
        .run();
    transaction.commit();
    ++last_place_;
    bytes_ += bytes - dropped.bytes;
    lines_ += 1 - dropped.windows - dropped.alarms;
    dropped_windows_ += dropped.windows;
    dropped_alarms_ += dropped.alarms;
    return true;
}

std::vector<SpooledMessage> Spool::front(std::size_t most)
{
    if (statements_ == nullptr)
        return {};
    Statement &front = statements_->front;
    front.bind(1, static_cast<std::int64_t>(most));
    std::vector<SpooledMessage> messages;
    while (front.step()) {
        SpooledMessage one;
        one.place = front.integer(0);
        one.message.id = front.text(1);
        one.message.key = front.text(2);
        one.message.kind = static_cast<Message::Kind>(front.integer(3));
        one.message.label = front.text(4);
        one.message.text = front.text(5);
        one.message.recovered = one.place <= last_recovered_;
        messages.push_back(std::move(one));
    }
    return messages;
}

void Spool::remove(const std::vector<std::int64_t> &places)
{
    if (places.empty())
        return;
    const std::lock_guard<std::mutex> lock(writing_);
    Statement &remove = statements().remove;
    Transaction transaction(*out_);
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;
    for (const std::int64_t place : places) {
        remove.bind(1, place);
        while (remove.step()) { // none where it was dropped meanwhile
            ++lines;
            bytes += static_cast<std::uint64_t>(remove.integer(0));
        }
    }
    transaction.commit();
    lines_ -= lines;
    bytes_ -= bytes;
}

void Spool::tidy()
{
    if (statements_ == nullptr) { // renew() found no room for another
        const std::lock_guard<std::mutex> lock(settling_);
        open_file();
        return;
    }
    out_->execute("PRAGMA synchronous = NORMAL");
    out_->execute("PRAGMA wal_checkpoint(PASSIVE)"); // most of it, while others add
    std::error_code none;
    if (const auto log = std::filesystem::file_size(file_.string() + "-wal", none);
        !none && log > kept_log) {
        // it begins anew only where all of it is written back: never, where lines come all the time
        const std::lock_guard<std::mutex> lock(settling_);
        out_->execute("PRAGMA wal_checkpoint(PASSIVE)");
    }
    out_->execute("PRAGMA synchronous = OFF");
}

SpoolCounts Spool::counts() const
{
    return {lines_, bytes_, dropped_windows_, dropped_alarms_};
}

std::vector<LeftSpool> left_spools(const std::filesystem::path &folder)
{
    std::vector<LeftSpool> left;
    std::error_code none;
    for (const auto &entry : std::filesystem::directory_iterator(folder, none)) {
        auto lock = entry.path();
        lock.replace_extension(".lock");
        if (entry.path().extension() != ".db" || !LockFile::holder_of(lock).empty())
            continue;
        try {
            Database database(entry.path(), schema, Database::Access::Read);
            Statement all(database, "SELECT COUNT(*) FROM line");
            all.step();
            if (const std::int64_t lines = all.integer(0); lines > 0)
                left.push_back(
                    {entry.path(), static_cast<std::uint64_t>(lines), is_further(entry.path())});
        } catch (const Error &) { // of something else, or held by another
        }
    }
    std::sort(left.begin(), left.end(),
              [](const LeftSpool &one, const LeftSpool &other) { return one.file < other.file; });
    return left;
}

} // namespace fovea
