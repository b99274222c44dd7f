// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fovea/core/errors.h"

struct sqlite3;
struct sqlite3_stmt;

namespace fovea {

/** \brief What a database cannot do; `broken()`: its file is damaged or is none; `cause()`: without the remedy */
class DatabaseError : public Error
{
public:
    DatabaseError(Kind kind, const std::string &cause, bool broken, const std::string &remedy = "")
        : Error(kind, cause + remedy), cause_(cause), broken_(broken)
    {
    }

    bool broken() const { return broken_; }

    const std::string &cause() const { return cause_; }

private:
    std::string cause_;
    bool broken_;
};

/** \brief What a database file is for, and the steps by which its tables came about */
struct DatabaseSchema {
    const char *what;                ///< for errors, "event store"
    int application_id;              ///< SQLite's: tells the files of one purpose from all others
    std::vector<const char *> steps; ///< SQL; step i leads from version i to i + 1
    bool must_stay =
        false; ///< nothing is written where the file was removed or replaced: it would be lost
};

/**
 * \brief Renames a damaged database with what belongs to it, to a name that is free
 * \return FILE.broken, FILE.broken-2, ... \throw Error CannotWrite where it stays
 */
std::filesystem::path put_aside(const std::filesystem::path &file);

/**
 * \brief One connection to an SQLite file in WAL mode: after a kill the file is whole and holds every transaction
 * that was committed; after a power cut it is whole and may lack the last ones
 *
 * A connection and its statements belong to one thread at a time; several connections to one file do not wait for
 * each other but to write.
 */
class Database
{
public:
    enum class Access {
        Write,
        Read, ///< where no files can be made beside it, as if nobody wrote to it meanwhile
        Check ///< as Write, but what is there stays as it is: whether Write would be refused
    };

    /**
     * \brief Opens; with Write it makes what is missing and brings an older schema up to date
     * \throw DatabaseError naming the file: not to be opened, of another purpose, with a schema newer than
     * \a schema, which is left as it is, or with a part in its -wal that cannot be read there
     */
    Database(std::filesystem::path file, const DatabaseSchema &schema, Access access);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    /** \brief SQL without results. \throw DatabaseError CannotWrite with SQLite's words */
    void execute(const char *sql);

    /** \brief Rows that the last statement changed */
    std::int64_t changes() const;

    /** \brief Id of the row that was added last */
    std::int64_t last_id() const;

    const std::filesystem::path &file() const { return file_; }

    /** \throw DatabaseError CannotWrite where its file must stay and was removed or replaced */
    void check_place() const;

    sqlite3 *handle() const { return handle_; }

    /** \brief The error for what SQLite said last */
    DatabaseError error() const;

private:
    void open();
    void open_as(const std::string &name, int flags);
    bool is_closed_to_writing() const;
    void check_schema(const DatabaseSchema &schema);
    bool is_new();
    std::int64_t pragma(const char *name);

    std::filesystem::path file_;
    Access access_;
    bool must_stay_;
    sqlite3 *handle_ = nullptr;
};

/**
 * \brief A prepared statement; parameters count from 1, columns from 0
 *
 * \code
 * Statement names(db, "SELECT name FROM camera WHERE id > ?");
 * names.bind(1, 3);
 * while (names.step())
 *     use(names.text(0));
 * \endcode
 */
class Statement
{
public:
    Statement(Database &database, const std::string &sql);
    ~Statement();
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;

    Statement &bind(int parameter, std::int64_t value);
    Statement &bind(int parameter, double value);
    Statement &bind(int parameter, std::string_view text);
    Statement &bind_bytes(int parameter, std::string_view bytes);
    Statement &bind_null(int parameter);

    /** \brief The next row; false: there is none, and the statement may be bound anew. \throw DatabaseError */
    bool step();

    /** \brief step() of a statement without rows: one that writes. \throw DatabaseError as Database::check_place() too */
    void run();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const; ///< or bytes

    /** \brief Before all rows were read, so that it may be bound anew */
    void reset();

private:
    void check(int code) const;

    Database &database_;
    sqlite3_stmt *handle_ = nullptr;
};

/** \brief All or nothing: what is written until commit(), else undone */
class Transaction
{
public:
    explicit Transaction(Database &database);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    void commit();

private:
    Database &database_;
    bool open_ = true;
};

} // namespace fovea
