// SPDX-License-Identifier: MIT
#include "fovea/store/database.h"

#include <system_error>
#include <utility>

#include <sqlite3.h>

#include "fovea/core/text_file.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

namespace {

/* Another process may bring the file up to date; what is written later waits in a thread that has more to do */
constexpr int opening_timeout_ms = 10'000;
constexpr int busy_timeout_ms = 1'000;

Error::Kind kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CANTOPEN:
        return Error::Kind::NotFound;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return Error::Kind::Settings;
    default:
        return Error::Kind::CannotWrite;
    }
}

const char *remedy_of(int code, Database::Access access)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "; make room or choose another folder";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return access == Database::Access::Read
                   ? "; check that it may be read"
                   : "; check that the folder is there and may be written";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return access == Database::Access::Read ? "; name another file"
                                                : "; put the file aside, a new one is made";
    case SQLITE_BUSY:
        return "; another process holds it";
    default:
        return "";
    }
}

} // namespace

std::filesystem::path put_aside(const std::filesystem::path &file)
{
    std::filesystem::path aside = file.string() + ".broken";
    std::error_code none;
    for (int number = 2; std::filesystem::exists(aside, none); ++number)
        aside = file.string() + ".broken-" + std::to_string(number);
    std::error_code error;
    std::filesystem::rename(file, aside, error);
    if (error)
        throw cannot_write(aside, error.value());
    for (const char *part : {"-wal", "-shm"})
        std::filesystem::rename(file.string() + part, aside.string() + part, none);
    return aside;
}

Database::Database(std::filesystem::path file, const DatabaseSchema &schema, Access access)
    : file_(std::move(file)), access_(access), must_stay_(schema.must_stay)
{
    std::error_code none;
    if (access == Access::Read &&
        std::filesystem::status(file_, none).type() == std::filesystem::file_type::not_found)
        throw DatabaseError(Error::Kind::NotFound,
                            std::string(schema.what) + " '" + file_.string() +
                                "' does not exist; expected events.db in a folder of fovea watch",
                            /*broken=*/false);
    try {
        open();
        check_schema(schema);
        if (access == Access::Write) // not before: a file of something else stays as it is
            execute("PRAGMA journal_mode = WAL");
        sqlite3_busy_timeout(handle_, busy_timeout_ms);
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

Database::~Database()
{
    sqlite3_close_v2(handle_);
}

void Database::open()
{
    const int flags = access_ == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READONLY;
    open_as(file_.string(), flags);
    if (access_ == Access::Read && is_closed_to_writing()) {
        const std::string wal = file_.string() + "-wal";
        std::error_code none;
        if (const auto left = std::filesystem::file_size(wal, none); !none && left > 0)
            throw DatabaseError(Error::Kind::Settings,
                                "database '" + file_.string() + "': a part of it is in '" + wal +
                                    "', and it cannot be read where no files can be made; copy "
                                    "both to a folder where they can",
                                /*broken=*/false);
        sqlite3_close_v2(std::exchange(handle_, nullptr));
        open_as(file_uri(std::filesystem::absolute(file_)) + "?immutable=1",
                flags | SQLITE_OPEN_URI);
    }
    execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL");
}

void Database::open_as(const std::string &name, int flags)
{
    if (sqlite3_open_v2(name.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
        throw error();
    sqlite3_busy_timeout(handle_, opening_timeout_ms);
    sqlite3_extended_result_codes(handle_, 1);
}

/*
 * Whoever reads a file in WAL mode makes two beside it. Where that cannot be, as on a medium that takes no writes, the
 * file by itself is all that there is, unless a writer left a part in FILE-wal.
 */
bool Database::is_closed_to_writing() const
{
    const int code = sqlite3_exec(handle_, "PRAGMA user_version", nullptr, nullptr, nullptr) & 0xff;
    return code == SQLITE_READONLY || code == SQLITE_CANTOPEN;
}

std::int64_t Database::pragma(const char *name)
{
    Statement statement(*this, std::string("PRAGMA ") + name);
    return statement.step() ? statement.integer(0) : 0;
}

bool Database::is_new()
{
    return pragma("application_id") == 0 && pragma("user_version") == 0 &&
           pragma("schema_version") == 0;
}

void Database::check_schema(const DatabaseSchema &schema)
{
    const auto known = static_cast<std::int64_t>(schema.steps.size());
    const std::string name = std::string(schema.what) + " '" + file_.string() + "'";
    const auto refuse = [&] {
        const std::int64_t version = pragma("user_version");
        if (pragma("application_id") != schema.application_id)
            throw DatabaseError(Error::Kind::Settings,
                                name + ": an SQLite file of something else; name another file",
                                /*broken=*/false);
        if (version > known)
            throw DatabaseError(Error::Kind::Settings,
                                name + ": schema version " + std::to_string(version) +
                                    ", this fovea knows up to " + std::to_string(known) +
                                    "; use the newer fovea that wrote it, or another file",
                                /*broken=*/false);
        return version;
    };
    if (access_ == Access::Check) {
        if (!is_new())
            refuse();
        return;
    }
    if (access_ == Access::Read) {
        if (refuse() < known)
            throw DatabaseError(Error::Kind::Settings,
                                name + ": an older schema; open it once with `fovea watch`",
                                /*broken=*/false);
        return;
    }
    if (pragma("application_id") == schema.application_id && refuse() == known)
        return;

    Transaction transaction(*this); // another process may be at it too
    for (std::int64_t version = is_new() ? 0 : refuse(); version < known; ++version)
        execute(schema.steps[static_cast<std::size_t>(version)]);
    execute(("PRAGMA application_id = " + std::to_string(schema.application_id)).c_str());
    execute(("PRAGMA user_version = " + std::to_string(known)).c_str());
    transaction.commit();
}

void Database::execute(const char *sql)
{
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw error();
}

void Database::check_place() const
{
    if (!must_stay_)
        return;
    int has_moved = 0;
    sqlite3_file_control(handle_, nullptr, SQLITE_FCNTL_HAS_MOVED, &has_moved);
    if (has_moved != 0)
        throw DatabaseError(Error::Kind::CannotWrite,
                            "database '" + file_.string() +
                                "': the file was removed or replaced while it is written to; "
                                "put it back, or begin anew",
                            /*broken=*/false);
}

std::int64_t Database::changes() const
{
    return sqlite3_changes64(handle_);
}

std::int64_t Database::last_id() const
{
    return sqlite3_last_insert_rowid(handle_);
}

DatabaseError Database::error() const
{
    const int code = sqlite3_extended_errcode(handle_);
    const int primary = code & 0xff;
    return {kind_of(code), "database '" + file_.string() + "': " + sqlite3_errmsg(handle_),
            primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT, remedy_of(code, access_)};
}

Statement::Statement(Database &database, const std::string &sql) : database_(database)
{
    check(sqlite3_prepare_v2(database.handle(), sql.c_str(), static_cast<int>(sql.size()), &handle_,
                             nullptr));
}

Statement::~Statement()
{
    sqlite3_finalize(handle_);
}

void Statement::check(int code) const
{
    if (code != SQLITE_OK)
        throw database_.error();
}

Statement &Statement::bind(int parameter, std::int64_t value)
{
    check(sqlite3_bind_int64(handle_, parameter, value));
    return *this;
}

Statement &Statement::bind(int parameter, double value)
{
    check(sqlite3_bind_double(handle_, parameter, value));
    return *this;
}

Statement &Statement::bind(int parameter, std::string_view text)
{
    check(sqlite3_bind_text64(handle_, parameter, text.empty() ? "" : text.data(), text.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement &Statement::bind_bytes(int parameter, std::string_view bytes)
{
    check(sqlite3_bind_blob64(handle_, parameter, bytes.empty() ? "" : bytes.data(), bytes.size(),
                              SQLITE_TRANSIENT));
    return *this;
}

Statement &Statement::bind_null(int parameter)
{
    check(sqlite3_bind_null(handle_, parameter));
    return *this;
}

bool Statement::step()
{
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE) {
        const DatabaseError error = database_.error(); // before reset() says it again
        reset();
        throw error;
    }
    reset();
    return false;
}

void Statement::run()
{
    database_.check_place();
    while (step()) {
    }
}

void Statement::reset()
{
    sqlite3_reset(handle_);
}

bool Statement::is_null(int column) const
{
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(handle_, column);
}

std::string Statement::text(int column) const
{
    const auto *bytes = static_cast<const char *>(sqlite3_column_blob(handle_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return bytes != nullptr ? std::string(bytes, size) : "";
}

Transaction::Transaction(Database &database) : database_(database)
{
    database.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    // after some failures SQLite has rolled back already, and this one says so
    if (open_)
        sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit()
{
    database_.execute("COMMIT");
    open_ = false;
}

} // namespace fovea
