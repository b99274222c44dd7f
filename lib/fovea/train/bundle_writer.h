// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"

namespace fovea {

namespace nn {
class Backbone;
}

constexpr const char *labels_name = "labels.txt"; ///< in the folder of a bundle that is made

/** \brief A closer look at a part of each clip, as it was trained */
struct TrainedFocus {
    SecondLook look;
    Weights fixed; ///< of the network that looks, as a bundle's; empty: not look.is_by_two()
};

/** \brief What training made, on the geometry of the bundle it began with */
struct TrainedBundle {
    std::string head;                ///< by name
    std::vector<std::string> labels; ///< in the order of the classes
    RegionGridOptions regions;       ///< that it looks at
    std::optional<SamplingOptions>
        sampling; ///< plan, timesteps and mode of the rows; none: the base's
    std::optional<nn::AttentionOptions> attention; ///< inside the network; none: the base's
    std::optional<Normalisation> flow; ///< of x and y: it sees flow, other than the base; else none
    std::optional<FlowMethod> flow_method; ///< of one that sees flow; none: the base's
    bool many_labels = false;              ///< any number of classes at once
    std::string normal;                    ///< class that is no event; empty: as the base says
    std::string detector;                  ///< that found the persons trained on; empty: the base's
    int window = 0;                        ///< rows a label is made from; 0: as the base
    std::vector<std::vector<double>> priors; ///< of each label and length of segments; empty: none
    std::optional<TrainedFocus> focus;       ///< none: clips are seen once
    AttendedModel attended;                  ///< with an empty name: none
    bool keypoints = true; ///< the rows of attended persons tell them as the base's card says
    Weights backbone;      ///< without its own classifier
    std::int64_t window_rows = 0; ///< of a window of sampled frames; 0: it was trained on none
    Weights head_weights;
    CardAlarms alarms;  ///< empty: it is not settled what alarms
    Json adapted;       ///< the card's entry: a head trained anew on the base's labels; null: none
    std::string title;  ///< one line
    std::string source; ///< how it was made
    std::string measured; ///< accuracy and on what; plain words
};

/**
 * \brief Writes card.json, labels.txt and the weights (NAME.pt, of a focus NAME-fixed.pt) into
 * \a folder, whose name is the bundle's
 *
 * What the card of \a base says of input, sampling and actor is kept; its decision too, with
 * normal_class(); where the fusion of two looks in time changes the
 * rows of a clip, windows are of as many clips as they were. One that is adapted keeps the base's anchors. The card
 * comes last: with it the bundle is whole.
 * \throw Error CannotWrite; Settings when the bundle that was written does not open
 */
Bundle write_bundle(const std::filesystem::path &folder, const Bundle &base,
                    const TrainedBundle &trained);

/**
 * \brief A whole bundle takes a place, in one step: whoever opens it there finds that of before, if any, or this one
 *
 * Of that of before goes what its card names; what else lies there stays, beside the new one.
 * \param parts a folder of the same disk that holds \a made, and goes
 * \throw Error CannotWrite: then what was there is there again, or the error says where
 */
void put_in_place(const std::filesystem::path &made, const std::filesystem::path &place,
                  const std::filesystem::path &parts);

/**
 * \brief The class that is no event: \a asked, else the base's where it is a label, in any case
 * \return empty: none is
 * \throw Error Settings where \a asked is none of the labels
 */
std::string normal_class(const Bundle &base, const std::vector<std::string> &labels,
                         const std::string &asked);

/** \brief The bundle with another card. \throw as write_bundle() */
Bundle change_card(const Bundle &bundle, const std::function<void(Json &card)> &change);

/** \brief Says in the card of a bundle what was measured since. \throw as write_bundle() */
Bundle write_measured(const Bundle &bundle, const std::string &measured);

/** \brief A folder as it is named, absolute and without a slash at its end */
std::filesystem::path bundle_folder(const std::filesystem::path &folder);

/** \brief The name of a bundle in a folder: the folder's. \throw Error Settings where a card cannot hold it */
std::string bundle_name(const std::filesystem::path &folder);

/** \brief How the source of a card ends, before its full stop, that a word of the command made, such as "models join" */
std::string made_by(const std::string &word);

/**
 * \brief Whether a folder holds a bundle that the same word made, by the source of its card: it may be made anew
 * \throw Error Settings where it holds another, which would be lost; as bundle_name()
 */
bool replaces_own(const std::filesystem::path &out, const std::string &word);

/** \brief How a model looks twice, to be kept in another; none: it does not. \throw as Bundle::file */
std::optional<TrainedFocus> focus_of(const Bundle &bundle);

/** \brief The weights of a network and of its own classifier as a bundle holds them */
Weights bundle_weights(nn::Backbone &network);

/** \brief The backbone's weights of a bundle, without head and classifier. \throw as Bundle::file */
Weights backbone_weights(const Bundle &bundle);

} // namespace fovea
