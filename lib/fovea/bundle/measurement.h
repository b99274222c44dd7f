// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fovea/bundle/card_reader.h"

namespace fovea {

/** \brief What a model was found to do on one set of clips: an entry of a card's list `measured` */
struct Measurement {
    /** \brief So many of so many */
    struct Count {
        int hits = 0;
        int total = 0;
    };

    std::string set; ///< which clips, in words
    int clips = 0;
    std::vector<std::pair<std::string, Count>>
        found;                  ///< events of a label for which an alarm was raised
    Count alarmed;              ///< clips without events with an alarm
    double alarms_per_hour = 0; ///< false ones, in footage without events
    double low = 0;             ///< of them: exact 95 % interval of a Poisson count
    double high = 0;
    std::string date;     ///< YYYY-MM-DD
    std::string detector; ///< that found the persons
};

/**
 * \brief The card's list `measured`; none where it is missing or plain words
 * \throw Error Settings naming the entry, what it is and what was expected
 */
std::vector<Measurement> read_measurements(const CardReader &reader, const std::string &where);

/** \brief "SET, 61 clips: 13 of 28 fight; an alarm in 0 of 33 without events, 84 an hour (40 to 155); ..." */
std::string to_text(const Measurement &measurement);

} // namespace fovea
