// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace fovea::nn {

constexpr int max_ensemble = 8; ///< networks a stream, of ArchitectureFacts::has_streams

/** \brief What is true of an architecture, whatever its weights */
struct ArchitectureFacts {
    /**
     * The head, one of head_names(), that judges rows as the network's own classifier does; empty:
     * its rows are not what that classifier reads
     */
    std::string own_head = "region-mean";

    /** Modules of a pretrained network that fine-tuning trains; none: all of them */
    std::vector<std::string> fine_tuned;

    /** Rows are the scores of its classifier, before softmax: as wide as it has classes */
    bool rows_are_scores = false;

    /** It begins with layers that see each frame by itself, and these are all that fine-tuning leaves */
    bool sees_pictures = false;

    /** Networks beside each other, each of which may be an ensemble: BackboneOptions::ensemble */
    bool has_streams = false;
};

/** \brief Those of one of backbone_names() \throw Error Settings for another name */
ArchitectureFacts architecture_facts(const std::string &architecture);

} // namespace fovea::nn
