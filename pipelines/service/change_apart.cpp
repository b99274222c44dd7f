// SPDX-License-Identifier: MIT
#include "service/change_apart.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "fovea/core/named_thread.h"

namespace fovea {

std::shared_ptr<StopFlag> change_apart(GstElement *pipeline, GstState state,
                                       std::shared_ptr<StopFlag> before)
{
    auto done = std::make_shared<StopFlag>();
    auto *held = GST_ELEMENT(gst_object_ref(pipeline));
    const auto change = [held, state, before = std::move(before), done] {
        while (before != nullptr && !before->wait(std::chrono::hours(1))) {
        }
        gst_element_set_state(held, state);
        gst_object_unref(held);
        done->stop();
    };
    try {
        named_thread("fovea-state", change).detach();
    } catch (const std::system_error &) { // no thread is to be had
        change();
    }
    return done;
}

} // namespace fovea
