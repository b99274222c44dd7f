// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fovea {

/** \brief What a model said of one clip */
struct Prediction {
    std::string id;
    std::string group;            ///< scene, actor or source; empty: none
    int truth = 0;                ///< class; -1: any number of them, see truths
    std::vector<float> scores;    ///< by class
    int predicted = -1;           ///< class; -1: the one with the best score
    std::vector<int> truths = {}; ///< with a truth of -1: the classes it shows, perhaps none

    int label() const; ///< \a predicted, or the first class with the best score

    bool shows(int label) const; ///< it is of this class, or it is one of its classes
};

/** \brief A share of a few trials, with what it could be by chance */
struct Share {
    std::int64_t hits = 0;
    std::int64_t total = 0;

    double value() const; ///< hits / total; 0 for none
    double low() const;   ///< Wilson's interval, 95 %
    double high() const;
};

/** \brief How often something happens, with what that could be by chance */
struct Rate {
    std::int64_t events = 0;
    double hours = 0;

    double value() const; ///< an hour; 0 for no time
    double low() const;   ///< the exact interval of a Poisson count, 95 % (Garwood 1936)
    double high() const;  ///< likewise; infinite for no time
};

/** \brief What is said of one class */
struct ClassFigures {
    std::string label;
    Share recall;                 ///< its clips that were recognised
    Share precision;              ///< clips called it that are it
    double average_precision = 0; ///< sum of the precision at each hit / positives
    std::int64_t positives = 0;   ///< clips that show it
};

struct Evaluation {
    std::int64_t clips = 0;   ///< judged
    bool many_labels = false; ///< clips show any number of classes: only average precision is told
    Share top1;
    Share top5;
    double mean_class_accuracy = 0;                   ///< mean recall over classes with clips
    double mean_average_precision = 0;                ///< over classes with positives
    std::vector<ClassFigures> classes;                ///< in the order of the labels
    std::vector<std::vector<std::int64_t>> confusion; ///< [truth][predicted]
    std::map<std::string, Share> groups;              ///< top-1 by group, where clips have one
};

/**
 * \brief All figures at once
 * \throw Error Settings when a truth or the number of scores does not fit the labels, or some clips
 * have one class and others any number
 */
Evaluation evaluate(const std::vector<Prediction> &predictions,
                    const std::vector<std::string> &labels);

/**
 * \brief Ranked retrieval of one class: clips by falling score; of equal ones all count at once, so that the order
 * of the list does not matter
 * \return sum of the precision at each hit / positives; 0 without a positive. Source: Sydorov 2019
 */
double average_precision(const std::vector<Prediction> &predictions, int label);

/** \brief The mean of it over classes that some clip shows; 0 without one. Source: the same */
double mean_average_precision(const std::vector<Prediction> &predictions, int classes);

} // namespace fovea
