// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fovea/bundle/card.h"

namespace fovea {

constexpr const char *card_name = "card.json"; ///< in a bundle's folder

/**
 * \brief A model on disk: a folder with card.json, the labels and the weights; of a combination the
 * card alone, which names other bundles
 *
 * Opening reads and checks the card and the labels, not the weights: these are checked when they
 * are loaded, or by verify().
 */
class Bundle
{
public:
    using Kind = Card::Kind;

    /**
     * \param name_or_path the name of a bundle on the search path (the folders of FOVEA_MODEL_PATH, by colons, then those
     * installed), or a folder
     * \throw Error NotFound (with the places looked in and the names that are there), Settings for
     * a card of another schema version or with a wrong entry
     */
    static Bundle open(const std::string &name_or_path);

    /** \brief Names of all bundles on the search path, sorted */
    static std::vector<std::string> names();

    const std::filesystem::path &folder() const { return folder_; }

    std::filesystem::path card_file() const { return folder_ / card_name; }

    /** \brief SHA-256 of card.json as it was read; empty where it changed meanwhile */
    const std::string &card_sha256() const { return card_sha256_; }

    const std::string &name() const { return card_.name; }

    Kind kind() const { return card_.kind; }

    const std::string &title() const { return card_.title; } ///< one line: what it recognises

    const std::string &licence() const { return card_.licence; } ///< SPDX name or plain words

    const std::string &source() const { return card_.source; } ///< where it comes from; plain words

    const std::string &measured() const
    {
        return card_.measured;
    } ///< accuracy and on what; plain words, empty where it is a list

    const std::vector<Measurement> &measurements() const
    {
        return card_.measurements;
    } ///< the list

    const std::string &limits() const { return card_.limits; } ///< what it cannot do; plain words

    const std::vector<CardFile> &files() const { return card_.files; }

    const ActivityCard &activity() const { return card_.activity; } ///< Kind::Activity

    /** \brief Kind::Detector; network and weights are names of files(), see load_detector() */
    const DnnDetectorOptions &detector() const { return card_.detector; }

    /** \brief Kind::Pose; the network is a name of files(), see load_pose_estimator() */
    const PoseOptions &pose() const { return card_.pose; }

    const std::vector<CombinedModel> &models() const { return card_.models; } ///< Kind::Combination

    /**
     * \brief A bundle that one in \a folder, which may be written yet, names: in that folder, else
     * beside it, else as open()
     * \throw as open()
     */
    static Bundle open_part(const std::filesystem::path &folder, const std::string &name);

    /** \brief The same for this bundle */
    Bundle open_part(const std::string &name) const { return open_part(folder_, name); }

    /** \brief What stands behind the backbone's features: of that name, else the card's */
    AttendedModel attended_by(const std::string &name = "") const
    {
        return name.empty() ? card_.activity.attended : AttendedModel{name, /*sha256=*/""};
    }

    /**
     * \brief The model of attended_by(), where there is one: none of persons
     * \throw as open(); Settings when it is several models, is such a pair itself, or has other
     * weights than the card expects
     */
    std::optional<Bundle> attended(const std::string &name = "") const;

    /** \brief The trained weights of the network among files(); a combination has none */
    const CardFile &weights() const;

    /** \brief SHA-256 of the weights that its feature rows come from: its own, or those that it was adapted from */
    const std::string &features_sha256() const
    {
        const AdaptedModel &adapted = card_.activity.adapted;
        return adapted.from.empty() ? weights().sha256 : adapted.sha256;
    }

    const std::vector<std::string> &labels() const { return labels_; }

    /**
     * \brief A file of the bundle, checked against its SHA-256: in the folder, else in the cache
     * cache(), where `fovea models fetch` puts it
     *
     * A file whose SHA-256 the card does not know (empty) is not checked.
     * \throw Error NotFound with the remedy, Settings on a wrong SHA-256 (expected and got)
     */
    std::filesystem::path file(const CardFile &file) const;

    /** \brief Where fetched files of this bundle are kept: models/NAME in the cache folder */
    std::filesystem::path cache() const;

    /** \brief True when every file is there (not checked), and those of the models it names */
    bool complete() const;

private:
    explicit Bundle(std::filesystem::path folder);

    std::filesystem::path find(const CardFile &file) const; ///< empty: nowhere

    std::filesystem::path folder_;
    std::string card_sha256_;
    Card card_;
    std::vector<std::string> labels_;
};

/** \brief "recognises activities", "finds persons", "finds keypoints" or "combines models": for errors */
const char *what_it_does(Bundle::Kind kind);

} // namespace fovea
