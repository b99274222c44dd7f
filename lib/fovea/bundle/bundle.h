#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/bundle/card.h"
#include "fovea/detect/dnn_detector.h"

namespace fovea {

/**
 * \brief A model on disk: a folder with card.json, the labels and the weights
 *
 * Opening reads and checks the card and the labels, not the weights: these are checked when they
 * are loaded, or by verify().
 */
class Bundle
{
public:
    enum class Kind { Activity, Detector };

    /**
     * \param name_or_path the name of a bundle on the search path, or a folder
     * \throw Error NotFound (with the places looked in and the names that are there), Settings for
     * a card of another schema version or with a wrong entry
     */
    static Bundle open(const std::string &name_or_path);

    /** \brief Folders searched: FOVEA_MODEL_PATH (colon-separated), then those installed */
    static std::vector<std::filesystem::path> search_path();

    /** \brief Names of all bundles on the search path, sorted */
    static std::vector<std::string> names();

    const std::filesystem::path &folder() const { return folder_; }

    const std::string &name() const { return name_; }

    Kind kind() const { return kind_; }

    const std::string &title() const { return title_; } ///< one line: what it recognises

    const std::string &licence() const { return licence_; } ///< SPDX name or plain words

    const std::string &measured() const { return measured_; } ///< accuracy and on what; plain words

    const std::vector<CardFile> &files() const { return files_; }

    const ActivityCard &activity() const { return activity_; } ///< Kind::Activity

    const DnnDetectorOptions &detector() const { return detector_; } ///< Kind::Detector

    const std::vector<std::string> &labels() const { return labels_; }

    /**
     * \brief A file of the bundle, checked against its SHA-256: in the folder, else in the cache
     * (FOVEA_CACHE, else ~/.cache/fovea)/models/NAME, where `fovea models fetch` puts it
     * \throw Error NotFound with the remedy, Settings on a wrong SHA-256 (expected and got)
     */
    std::filesystem::path file(const CardFile &file) const;

    /** \brief True when every file is there (not checked) */
    bool complete() const;

private:
    std::filesystem::path folder_;
    std::string name_;
    Kind kind_ = Kind::Activity;
    std::string title_;
    std::string licence_;
    std::string measured_;
    std::vector<CardFile> files_;
    ActivityCard activity_;
    DnnDetectorOptions detector_;
    std::vector<std::string> labels_;
};

} // namespace fovea
