// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fovea/publish/message.h"
#include "fovea/store/lock_file.h"

namespace fovea {

class Database;
class DatabaseError;
class Statement;

struct SpooledMessage {
    std::int64_t place = 0; ///< in the queue: the next one has a greater
    Message message;
};

/** \brief What a spool holds and what it had to let go */
struct SpoolCounts {
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;           ///< that count against its bound
    std::uint64_t dropped_windows = 0; ///< since it was opened
    std::uint64_t dropped_alarms = 0;  ///< and lines of cameras
};

/**
 * \brief Lines on disk from when they are told until their receiver has them
 *
 * A line that add() took is there after the process is killed. A power cut may take the last moments. The queue is
 * bounded: for a new line the oldest windows go first, and alarms only where no window is left. One thread adds, one
 * takes from the front; counts() may be called by any.
 */
class Spool
{
public:
    /**
     * \brief The spool of that name in a folder, which is made; another process's is passed over for NAME-2, NAME-3
     * \param max_bytes the bound: texts and 200 bytes a line
     * \throw DatabaseError CannotWrite with the cause. A damaged file is put aside (put_aside()): see trouble()
     */
    Spool(const std::filesystem::path &folder, const std::string &name, std::uint64_t max_bytes);
    ~Spool();
    Spool(const Spool &) = delete;
    Spool &operator=(const Spool &) = delete;

    /**
     * \brief Puts a line at the end
     * \return false: not now, since it would have to wait for the disk \throw Error CannotWrite, with a full disk for example;
     * the spool is as before
     */
    bool add(const Message &message);

    /** \brief The oldest lines, at most so many */
    std::vector<SpooledMessage> front(std::size_t most);

    /** \brief Takes lines out, wherever they stand. \throw Error CannotWrite */
    void remove(const std::vector<std::int64_t> &places);

    /**
     * \brief What its file turned out to be is put aside, and an empty one begun. Of who takes, while nobody adds
     * \throw as the constructor; where another could not be begun, as on a full disk, it holds no lines, add() throws and
     * tidy() tries again
     */
    void renew(const DatabaseError &damage);

    /** \brief Writes what is in the log back into the database, so that it does not grow; seconds apart is enough */
    void tidy();

    SpoolCounts counts() const;

    /** \brief What was wrong with a file that was put aside; empty: nothing */
    const std::string &trouble() const { return trouble_; }

private:
    struct Statements;

    struct Dropped {
        std::uint64_t bytes = 0;
        std::uint64_t windows = 0;
        std::uint64_t alarms = 0;
    };

    void lock(const std::filesystem::path &folder, const std::string &name);
    void open();
    void open_file();
    Statements &statements();
    Dropped make_room(std::uint64_t bytes);

    std::filesystem::path file_;
    std::uint64_t max_bytes_;
    std::string trouble_;
    std::optional<LockFile> lock_;
    std::mutex settling_;           ///< held while tidy() waits for the disk, and nobody can add
    std::mutex writing_;            ///< held for a transaction; nobody waits for the disk meanwhile
    std::unique_ptr<Database> in_;  ///< of who adds
    std::unique_ptr<Database> out_; ///< of who takes, and waits for the disk
    std::unique_ptr<Statements> statements_;
    std::int64_t last_place_ = 0;     ///< of who adds: not used twice
    std::int64_t last_recovered_ = 0; ///< place of the last line of an earlier run
    std::atomic<std::uint64_t> lines_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> dropped_windows_{0};
    std::atomic<std::uint64_t> dropped_alarms_{0};
};

struct LeftSpool {
    std::filesystem::path file;
    std::uint64_t lines = 0;
    bool is_further =
        false; ///< NAME-2 of a NAME that is in use: there are fewer of the name than there were
};

/** \brief Spools of a folder that hold lines and are nobody's: of receivers that are asked for no more. What cannot be read is left out */
std::vector<LeftSpool> left_spools(const std::filesystem::path &folder);

} // namespace fovea
