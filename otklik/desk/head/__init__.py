"""What a head reads: the situation, figures and reports, what is promised, what is under his control, and problems.

Others who read figures or work on a problem open the same pages. How a measure is counted stands in `reports`: here it
is only shown.
"""
