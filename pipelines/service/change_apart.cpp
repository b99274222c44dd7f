// SPDX-License-Identifier: MIT
#include "service/change_apart.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "fovea/core/named_thread.h"

namespace fovea {

namespace {

void set_state(GstElement *pipeline, GstState state)
{
    if (gst_element_set_state(pipeline, state) == GST_STATE_CHANGE_FAILURE)
        GST_ELEMENT_ERROR(pipeline, CORE, STATE_CHANGE,
                          ("the pipeline does not start, and none of its elements says why; with "
                           "GST_DEBUG=3 in the environment they say more"),
                          (nullptr));
}

} // namespace

std::shared_ptr<StopFlag> change_apart(GstElement *pipeline, GstState state,
                                       std::shared_ptr<StopFlag> before)
{
    auto done = std::make_shared<StopFlag>();
    auto *held = GST_ELEMENT(gst_object_ref(pipeline));
    const auto change = [held, state, before = std::move(before), done] {
        while (before != nullptr && !before->wait(std::chrono::hours(1))) {
        }
        set_state(held, state);
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
