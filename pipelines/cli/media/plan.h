#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fovea/bundle/card.h"
#include "fovea/core/geometry.h"
#include "media/chain.h"
#include "media/media.h"

namespace fovea {

/** \brief What a user asks of an analysis; label and extract share it */
struct AnalysisSettings {
    std::string model = "watch";
    std::string attended;           ///< a second model's bundle; empty: the card's
    std::string detector;           ///< hog or a bundle; empty: the card's
    std::string device = "auto";    ///< auto, cpu, cuda
    std::string precision = "auto"; ///< auto, fp32, bf16, int8
    Sampling sampling = Sampling::Card;
    std::string mode = "one-at-a-time"; ///< one-at-a-time, one-shot
    std::string regions = "card";       ///< card, or in words (region_choice.h)
    SecondLook look = look_of_card;     ///< a closer look at a part of each clip
    int timesteps = 0;                  ///< 0: the card's
    int threads = 0;                    ///< 0: the machine's choice
    double gate = 0;                    ///< of foveafeatures: attention below which regions rest
    bool mirrored = false;              ///< left and right are exchanged before anything is seen
};

/** \brief What must be known of the whole file before it is analysed */
enum class SurveyNeed {
    None,
    Frames, ///< their exact number
    Actor   ///< that, and where the acting person is
};

/** \brief What a survey found */
struct Survey {
    std::uint64_t frames = 0; ///< 0: not surveyed
    std::optional<Box> actor; ///< none: no person seen, or not looked for
    Nanoseconds time = 0;     ///< how long the frames last, as measured; 0: not known
};

/**
 * \brief From a model's card and a file to elements: the one place where their properties are chosen
 *
 * Plans over the whole video need the number of its frames, and their actor's box is one for the
 * whole video. A sliding plan needs neither, unless the video is shorter than two clips.
 */
class AnalysisPlan
{
public:
    AnalysisPlan(ActivityCard card, AnalysisSettings settings, MediaInfo media);

    SurveyNeed survey_need() const;

    /** \brief Decoded video to the bus message of foveaactor; of SurveyNeed::Frames: to a sink */
    Chain survey() const;

    /** \brief Decoded video to feature rows: up to and with foveafeatures */
    Chain features(const Survey &survey) const;

    /** \brief Milliseconds from one person detection to the next when it feeds a causal window */
    int streaming_period() const;

private:
    Chain upright() const;
    Sampling sampling() const;
    bool whole_video() const;
    bool is_short(Nanoseconds duration) const;
    double clip_seconds() const;
    Stage detect_stage(int period) const;
    Stage actor_stage() const;

    ActivityCard card_;
    AnalysisSettings settings_;
    MediaInfo media_;
};

/** \brief From whatever a decoder gives to upright frames of a format that the elements read */
Chain intake();

} // namespace fovea
