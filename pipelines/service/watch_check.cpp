// SPDX-License-Identifier: MIT
#include "service/watch_check.h"

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/detector_choice.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"

namespace fovea {

void check_watch(const WatchConfig &config)
{
    const Bundle model = open_activity_model(config.model);
    check_flow_of(model);
    choose_detector(config.detector, model.activity());
    if (alarm_rule(model))
        return;
    for (const CameraConfig &camera : config.cameras)
        if (!camera.alarms.on)
            throw Error(Error::Kind::Settings,
                        "model '" + config.model + "' raises no alarms: '" +
                            (model.folder() / "card.json").string() +
                            "' has no decision.alarms and camera '" + camera.name +
                            "' no 'on'; set on, the score that raises an alarm, under [alarms] of "
                            "the configuration (--config), or write decision.alarms into the card");
}

} // namespace fovea
