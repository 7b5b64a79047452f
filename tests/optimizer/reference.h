// Reference: numbers that the rooms of optimizer/ must reproduce.
//
// How they were made: a program of its own (mpmath, 40 decimal digits) evaluated the formulas of docs/algorithms/ on 8 points in
// two dimensions, 3 of them failures: covariances inverted outright, the Laplace mode iterated to 1e-36, gradients by central
// differences with step 1e-12, log h by quadrature or its asymptotic series. The two map_ results come from a double precision
// optimiser run to gradient 1e-9. Names starting with reference_ are constants of these test programs; not all programs use all.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"

// 8 points, 3 failures.
enum { REFERENCE_N = 8, REFERENCE_OK = 5, REFERENCE_TESTS = 3, REFERENCE_D = 2 };
static const double reference_x[16] = {
    0.1, 0.2, 0.85, 0.15, 0.35, 0.75, 0.6, 0.55, 0.25, 0.45, 0.9, 0.9, 0.7, 0.3, 0.15, 0.95};
static const bool reference_success[8] = {true, false, true, true, true, false, true, false};
static const size_t reference_ok_rows[5] = {0, 2, 3, 4, 6};
static const size_t reference_group[2] = {0, 1};
static const double reference_points[6] = {0.5, 0.5, 0.2, 0.3, 0.95, 0.5};

// Value transform (squash), of the 5 successes.
static const double reference_values[5] = {1.2, 0.35, 2.1, -0.4, 0.9};
static const double reference_squashed[5] = {1.169931174211718, 0.35, 1.7501044076286632, -0.4, 0.9};
static const double reference_standardised[5] = {
    0.5679531507213089, -0.5516803135762328, 1.360192045464918, -1.5758212715419648, 0.19935638893197077};

// Regression on the standardised values at length scales 0.4 and 0.7, variance 1.3, noise 1e-3; no priors.
static const double reference_gp_natural[4] = {0.4, 0.7, 1.3, 1e-3};
static const double reference_gp_mean = 0.7558112457349161;
static const double reference_gp_alpha[5] = {
    6.41394156436648, 0.681051701884519, 8.15896851967392, -10.16435658924482, -5.089605196680099};
static const double reference_gp_nll = 17.508269494453714;
static const double reference_gp_gradient[4] = {
    20.953837111410227, 13.935939111032848, -12.077369158304139, -0.10634157577827906};
static const double reference_gp_mu[3] = {0.3736513433167616, -0.8142152470986594, 0.8453848834601296};
static const double reference_gp_var[3] = {0.05569113219901246, 0.018039014699765335, 0.6107413969271487};
static const double reference_best = -1.5758212715419648;
static const double reference_log_ei[3] = {-40.74857985302355, -22.55936869101392, -8.46719037533749};
static const double reference_ei[3] = {2.0096324022026225e-18, 1.5943756840071088e-10, 0.0002102548113684772};

// Classification at length scales 0.35 and 0.5, variance 9, latent mean 0.4; row 0: lapse 0, row 1: lapse 0.01. No priors.
static const double reference_cls_natural[3] = {0.35, 0.5, 9}; // the mean is 0.4
static const double reference_cls_mean = 0.4;
static const double reference_cls_lapse[2] = {0.0, 0.01};
static const double reference_cls_mode[2][8] = {
    {1.7469854947941312, -0.7126915223523553, 1.1947184501943104, 1.6641239314056195, 1.9357197470224166,
     -1.1235929122155353, 0.9102112464495671, -0.7999233350169376},
    {1.7429392622699018, -0.7067039003842744, 1.1912858010364684, 1.6576599714872158, 1.9303237384262568,
     -1.1178735499770651, 0.9068557678257264, -0.7933146075796419},
};
static const double reference_cls_slope[2][8] = {
    {0.09037727867806138, -0.40613471861633965, 0.22108568363215908, 0.10494105423745945, 0.0629360049461457,
     -0.2440882897266567, 0.3220413373672695, -0.3675943266224836},
    {0.09009277202591012, -0.4034446683135436, 0.21962451218286855, 0.10501967410349972, 0.0629575153842277,
     -0.2431446723907841, 0.3193891980742292, -0.36569069168922225},
};
static const double reference_cls_curvature[2][8] = {
    {0.1660558474107921, 0.45439418055639796, 0.31301402481626184, 0.18564754460796076, 0.12578740829153598,
     0.3338349654733678, 0.3968362700666474, 0.42917286865019966},
    {0.16514293718200285, 0.4478835210770464, 0.30987048927457517, 0.18511604192880932, 0.12549203520186625,
     0.33092432979551806, 0.3916493963013474, 0.423837449561105},
};
static const double reference_cls_nll[2] = {6.09670831413889, 6.144318847783197};
static const double reference_cls_gradient[2][4] = {
    {0.39445889506596643, 0.15775394469670065, 0.2834230656156364, 0.198083512047037},
    {0.38173242038047334, 0.15179726631020032, 0.2995825865164489, 0.19540841605626194},
};
static const double reference_cls_mu[2][3] = {
    {2.140992467482525, 1.9870923898955035, -0.8450342247394125},
    {2.1328051652473965, 1.9818164954387922, -0.8395681897710854},
};
static const double reference_cls_var[2][3] = {
    {2.1967364653842836, 2.7652261137904683, 3.8254475133538617},
    {2.203334440757314, 2.772111941232243, 3.833278161175985},
};
static const double reference_cls_pof[2][3] = {
    {0.8844367247917228, 0.847094931757557, 0.35023532341626423},
    {0.883301457582753, 0.8462309944472434, 0.3512725245761692},
};
static const double reference_cls_log_pof[2][3] = {
    {-0.12280430576858388, -0.1659425106134605, -1.0491499978085381},
    {-0.12408873507645937, -0.16696291356354415, -1.0461929334829805},
};

// Special functions.
static const double reference_z[15] = {
    -1000000.0, -2000.0, -100.0, -50.5, -49.5, -30.0, -10.0, -5.0, -1.5, -1.0, -0.999, 0.0, 0.5, 3.0, 8.0};
static const double reference_log_h[15] = {
    -500000000028.55, -2000016.1207442023, -5010.129578832354, -1283.889059983269, -1233.8491065255419,
    -457.724653794248, -55.55312203612235, -16.74430116266099, -3.52993592080571, -2.4851210257126413,
    -2.4832171154475855, -0.9189385332046728, -0.3598276837450638, 1.0987396653277077, 2.0794415416798357};
static const double reference_z2[10] = {-300.0, -40.0, -26.0, -24.0, -8.0, -1.0, 0.0, 2.0, 6.0, 9.0};
static const double reference_log_cdf[10] = {
    -45006.62273211866, -804.6084420137538, -342.17850892992783, -292.0987210032078, -35.01343715991455,
    -1.8410216450092636, -0.6931471805599453, -0.023012909328963486, -9.865876455243758e-10, -1.1285884059538405e-19};
static const double reference_t[8] = {-8.0, -1.0, 0.0, 1.0, 10.0, 24.0, 26.0, 100.0};
static const double reference_hazard[8] = {
    5.052271083536895e-15, 0.2875999709391784, 0.7978845608028654, 1.525135276160981, 10.098093233962512,
    24.041523230735745, 26.03834857949547, 100.00999800099926};

// Priors for two parameters, at the theta of the two models above; row 0: box 1, row 1: box 0.25.
static const double reference_box[2] = {1.0, 0.25};
static const double reference_gp_loc[2][4] = {
    {-0.5697171415941824, -0.5697171415941824, 0.0, -9.210340371976182},
    {-1.956011502714073, -1.956011502714073, 0.0, -9.210340371976182},
};
static const double reference_gp_sd[2][4] = {
    {0.7, 0.7, 1.0, 2.0},
    {0.7, 0.7, 1.0, 2.0},
};
static const double reference_gp_prior[2] = {0.8660325546501082, 4.410314675149993};
static const double reference_gp_prior_gradient[2][4] = {
    {-0.7072930413876993, 0.43477999521520416, 0.26236426446749106, 0.5756462732485115},
    {2.121879124163098, 3.263952160766001, 0.26236426446749106, 0.5756462732485115},
};
static const double reference_cls_loc[2][4] = {
    {-1.2628643221541278, -1.2628643221541278, 2.772588722239781, 0.0},
    {-2.649158683274018, -2.649158683274018, 2.772588722239781, 0.0},
};
static const double reference_cls_sd[2][4] = {
    {0.6, 0.6, 0.7, 1.0},
    {0.6, 0.6, 0.7, 1.0},
};
static const double reference_cls_prior[2] = {0.9316396185844449, 9.28426993466362};
static const double reference_cls_prior_gradient[2][4] = {
    {0.5917838823762501, 1.5825476155393956, -1.174212540619514, 0.4},
    {4.442601552153724, 5.43336528531687, -1.174212540619514, 0.4},
};

// Maximum a posteriori theta from the default starts, box 1 (classifier with lapse 0.01).
static const double reference_gp_map_objective = 9.352626646432121;
static const double reference_gp_map[4] = {
    -1.6286043474518213, -0.9185752875872548, 0.45909449935318225, -9.209635012535836};
static const double reference_cls_map_objective = 6.222056991350913;
static const double reference_cls_map[4] = {
    -1.2241838934156986, -1.2362912416629528, 2.552882008135457, 0.019180485783287987};

// Acquisition at the points: c = 1e-5, regression and classification (lapse 0.01) as above; rows: floor 0.5 and 0.9.
static const double reference_acquisition[2][3] = {
    {-11.637014200046487, -11.679872434904034, -80.39077705149636},
    {-64.11878890157567, -65.01913070617492, -80.39077705149636},
};

// Controllers (bold): S success, F failure of a model-phase suggestion; floor, box and count of failures after each.
static const char reference_controller_sequence[] = "SFFFFFFSSFFFFFSSSSSSSSSS";
static const double reference_controller[24][3] = {
    {0.45, 1.0, 0.0},
    {0.6, 1.0, 1.0},
    {0.75, 1.0, 2.0},
    {0.9, 1.0, 3.0},
    {0.9, 1.0, 4.0},
    {0.9, 0.5, 3.0},
    {0.9, 0.5, 4.0},
    {0.85, 1.0, 0.0},
    {0.8, 1.0, 0.0},
    {0.9, 1.0, 1.0},
    {0.9, 1.0, 2.0},
    {0.9, 1.0, 3.0},
    {0.9, 1.0, 4.0},
    {0.9, 0.5, 3.0},
    {0.85, 1.0, 0.0},
    {0.8, 1.0, 0.0},
    {0.75, 1.0, 0.0},
    {0.7, 1.0, 0.0},
    {0.65, 1.0, 0.0},
    {0.6, 1.0, 0.0},
    {0.55, 1.0, 0.0},
    {0.5, 1.0, 0.0},
    {0.45, 1.0, 0.0},
    {0.4, 1.0, 0.0},
};

// Encoding: a double 1e-4..1 log, b int 3..7, g grid 1 5 25, c categorical x y z; assignments 0.01, 6, 25, y.
static const double reference_unit[4] = {0.5, 0.7, 0.8333333333333334, 0.5};
static const double reference_encoded[6] = {0.5, 0.75, 1.0, 0.0, 0.7071067811865476, 0.0};
static const size_t reference_encoding_group[6] = {0, 1, 2, 3, 3, 3};
static const double reference_snap_in[4] = {0.3, 0.79, 0.1, 0.99};
static const double reference_snap_out[4] = {0.3, 0.7, 0.16666666666666666, 0.8333333333333334};

#pragma GCC diagnostic pop
