// SPDX-License-Identifier: MIT
#include "service/pipeline_thread.h"

#include <chrono>
#include <system_error>
#include <thread>

#include "fovea/core/named_thread.h"
#include "fovea/core/thread_shortage.h"

namespace fovea {

namespace {

/** \brief Of a camera: its networks', queues' and decoder's, and some to spare */
int camera_threads()
{
    constexpr int behind_decoder = 12;
    return behind_decoder + decoding_threads();
}

void bring_up(GstElement *pipeline)
{
    if (gst_element_set_state(pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
        return;
    const std::string why = thread_shortage(camera_threads());
    GST_ELEMENT_ERROR(pipeline, CORE, STATE_CHANGE,
                      ("the pipeline does not start%s",
                       why.empty() ? ", and none of its elements says why; with GST_DEBUG=3 in the "
                                     "environment they say more"
                                   : (": it " + why).c_str()),
                      (nullptr));
}

/*
 * A queue whose task got no thread is not active, and so not told to end: it waits for what comes once it has one. Taken
 * up and down again it is told.
 */
gboolean end_task(GstElement *, GstPad *pad, gpointer)
{
    GST_OBJECT_LOCK(pad);
    const bool is_left = GST_PAD_TASK(pad) != nullptr && GST_PAD_MODE(pad) == GST_PAD_MODE_NONE;
    GST_OBJECT_UNLOCK(pad);
    if (is_left) {
        gst_pad_set_active(pad, TRUE);
        gst_pad_set_active(pad, FALSE);
    }
    return TRUE;
}

void take_down(GstElement *pipeline)
{
    gst_element_set_state(pipeline, GST_STATE_NULL);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    gst_bus_set_flushing(bus, TRUE); // where it did not come up at all: messages there hold it
    const auto end_tasks = [](const GValue *element, gpointer) {
        gst_element_foreach_src_pad(GST_ELEMENT(g_value_get_object(element)), end_task, nullptr);
    };
    const std::unique_ptr<GstIterator, void (*)(GstIterator *)> elements(
        gst_bin_iterate_recurse(GST_BIN(pipeline)), gst_iterator_free);
    gst_iterator_foreach(elements.get(), end_tasks, nullptr);
}

/*
 * A thread of GStreamer's that still finishes a change of state holds the pipeline, and would be the one that gives it
 * up, and hangs. One who never lets go does not keep the camera from beginning anew.
 */
void wait_for_others(GstElement *pipeline)
{
    constexpr std::chrono::milliseconds look_again(5);
    constexpr std::chrono::seconds patience(5);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (GST_OBJECT_REFCOUNT_VALUE(pipeline) > 1 && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(look_again);
}

} // namespace

PipelineThread::PipelineThread(GstElement *pipeline) : course_(std::make_shared<Course>())
{
    if (const std::string why = claim_threads(pipeline, camera_threads()); !why.empty())
        throw NoThreads(why);
    const auto live = [pipeline, course = course_] {
        bring_up(pipeline);
        course->begun.stop();
        while (!course->ending.wait(std::chrono::hours(1))) {
        }
        release_threads(pipeline);
        take_down(pipeline);
        wait_for_others(pipeline);
        gst_object_unref(pipeline);
        course->gone.stop();
    };
    gst_object_ref(pipeline);
    try {
        named_thread("fovea-state", live).detach();
    } catch (const std::system_error &error) {
        release_threads(pipeline);
        gst_object_unref(pipeline);
        throw NoThreads(error.what());
    }
}

PipelineThread::~PipelineThread()
{
    course_->ending.stop();
}

void PipelineThread::end(GstElement *pipeline)
{
    gst_object_unref(pipeline); // the thread has one
    const auto begin = [](gpointer course) -> gboolean {
        (*static_cast<std::shared_ptr<Course> *>(course))->ending.stop();
        return G_SOURCE_REMOVE;
    };
    const auto forget = [](gpointer course) {
        delete static_cast<std::shared_ptr<Course> *>(course);
    };
    g_idle_add_full(G_PRIORITY_HIGH, begin, new std::shared_ptr<Course>(course_), forget);
}

void begin_waiting_tasks()
{
    const auto nothing = [](gpointer) {};
    g_autoptr(GstTask) any = gst_task_new(nothing, nullptr, nullptr);
    g_autoptr(GstTaskPool) pool = gst_task_get_pool(any);
    g_autoptr(GError) none = nullptr;
    gst_task_pool_push(pool, nothing, nullptr, &none);
}

} // namespace fovea
