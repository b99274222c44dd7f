// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/core/result.h"
#include "fovea/store/results/provenance.h"
#include "fovea/store/staging_folder.h"

namespace fovea {

/** \brief What the folder of a labelled video is to hold */
struct WantedResults {
    Json made_with = Json::object();  ///< model, detector and settings that count
    std::vector<std::string> formats; ///< of result_formats(), by file; results.jsonl comes always
    bool video = false;               ///< labelled.mp4
    bool summary = false;             ///< summary.mp4
    double summary_ratio = 0;         ///< share of the video that it keeps at most
    bool anew = false;                ///< nothing that is there counts
    bool keeps_folders = false;       ///< those of a list: to list two of one name is no remedy
};

/**
 * \brief VIDEO.fovea: the results of one video, what is made of them, and which of that is missing
 *
 * What is there counts when run.json says that it was made with the same model and settings, and the
 * video has not changed since; of results also that they are whole lines of one run. New results make
 * what was made of earlier ones stale: it goes.
 */
class ResultsFolder
{
public:
    /** \param out holds the folder; empty: it stands beside the video, of a web server in the current folder */
    static std::filesystem::path path_of(const std::filesystem::path &video,
                                         const std::filesystem::path &out);

    /** \brief Whether a path is such a folder, by its name and its record */
    static bool is_one(const std::filesystem::path &path);

    /**
     * \brief Moves results that count, of this very video, from \a earlier to \a path, where nothing is
     * \param candidates whose they may be; where they fit several, of same size and time, whose they are is not known
     * \return false: they do not count, others write there, or it is on another disk
     */
    static bool take_over(const std::filesystem::path &earlier, const std::filesystem::path &path,
                          const std::filesystem::path &video, const WantedResults &wanted,
                          const std::vector<std::filesystem::path> &candidates);

    /** \brief Looks at what is there; nothing is written before open() */
    ResultsFolder(std::filesystem::path path, std::filesystem::path video, WantedResults wanted);

    bool is_whole() const
    {
        return !lacks_results_ && !lacks_texts_ && !lacks_video_ && !lacks_summary_;
    }

    bool lacks_results() const { return lacks_results_; }

    bool lacks_video() const { return lacks_video_; }

    bool lacks_summary() const { return lacks_summary_; }

    /** \brief Takes the folder for this process alone \throw Error as StagingFolder, and where it is another video's */
    void open();

    std::filesystem::path results() const; ///< results.jsonl

    /** \brief Where each is written until it is whole; of an open folder */
    std::filesystem::path new_results();
    std::filesystem::path new_video();
    std::filesystem::path new_summary();

    /** \brief Where a video of a web server is copied to while it is worked on; of an open folder */
    std::filesystem::path copy_of_video();

    /**
     * \brief The new results take the place of earlier ones
     * \param warnings as Provenance has them
     * \throw Error where they are not whole
     */
    void keep_results(std::vector<std::string> warnings);

    /** \brief Writes the forms that are missing, and the record \return the results */
    std::vector<Result> write_texts();

    void keep_video();
    void keep_summary();

private:
    bool has(const std::string &name) const;
    Provenance summary_record() const;
    void write_record();

    std::filesystem::path path_;
    std::filesystem::path video_;
    VideoState video_state_;
    WantedResults wanted_;
    std::optional<std::vector<std::string>> warnings_; ///< of the results that are there
    bool lacks_results_ = true;
    bool lacks_texts_ = true;
    bool lacks_video_ = false;
    bool lacks_summary_ = false;
    bool has_video_ = false;
    /** By keep_results(), until they are written as texts */
    std::optional<std::vector<Result>> kept_;
    std::vector<std::string> texts_; ///< files to be made from the results
    std::unique_ptr<StagingFolder> folder_;
};

} // namespace fovea
